import { randomBytes } from 'node:crypto';
import { ValidationFailed } from '../../http/problems.ts';
import type { FieldFault } from '../../http/route.ts';
import type { HashClient } from './hash-queue.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { KnownOwner, Owner, PasswordPolicy } from './password-policy.ts';

const NOBODYS_BYTES = 32;

/** The way of every new password: first the rules, then the hash. */
export class NewPasswords {
  readonly #policy: PasswordPolicy;
  readonly #hasher: PasswordHasher;

  constructor(policy: PasswordPolicy, hasher: PasswordHasher) {
    this.#policy = policy;
    this.#hasher = hasher;
  }

  /** What the rules say of a password, where other faults of the request are reported already: no hash, no breach check. */
  ruleFaults(password: string, owner: KnownOwner, pointer: string): FieldFault[] {
    return this.#policy.ruleFaults(password, owner, pointer);
  }

  /**
   * The hash of a password that may be used. Call it before the transaction: it takes tens of milliseconds.
   *
   * @param pointer where in the body the password is (RFC 6901)
   * @throws ProblemError 422 with every fault, 503 when too many hashes wait
   */
  async prepare(password: string, owner: Owner, pointer: string, client?: HashClient): Promise<string> {
    const errors = await this.#policy.faults(password, owner, pointer);
    if (errors.length > 0) throw ValidationFailed.error({ errors });
    return this.#hasher.hash(password, client);
  }

  /** The hash of one that nobody has, for an account that is taken from whoever knows its password. Call it before the transaction. */
  nobodys(client?: HashClient): Promise<string> {
    return this.#hasher.hash(randomBytes(NOBODYS_BYTES).toString('base64url'), client);
  }
}

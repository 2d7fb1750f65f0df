import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { maySignIn, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import type { Admission, SignInLimits } from './sign-in-limits.ts';

export interface Claim {
  email: string;
  password: string;
  deviceToken: string | undefined;
}

/** The password was right and the person may sign in. */
export interface Proof {
  user: User;
  device: string | undefined;
  admission: Admission;
  /** The same password hashed at today's cost, when the stored hash was made at another. */
  newHash: string | undefined;
}

/** Why a claim was refused: for the audit log alone. */
interface Refusal {
  reason: 'unknown' | 'wrong password' | 'unverified' | 'disabled';
  userId: string | undefined;
}

/**
 * Checks address and password. Whoever is unknown, unverified or disabled costs the same statements and the same hash
 * as a wrong password (ASVS 5.0, 6.3.8).
 */
export class Credentials {
  readonly #database: Sql;
  readonly #users: UserStore;
  readonly #hasher: PasswordHasher;
  readonly #limits: SignInLimits;

  constructor(database: Sql, users: UserStore, hasher: PasswordHasher, limits: SignInLimits) {
    this.#database = database;
    this.#users = users;
    this.#hasher = hasher;
    this.#limits = limits;
  }

  /** @throws ProblemError 429 while a delay runs or after too many in a minute, 503 when too many hashes wait */
  async check({ email, password, deviceToken }: Claim, context: RequestContext): Promise<Proof | Refusal> {
    const { address } = context;
    const user = await this.#users.byEmail(this.#database, email);
    const admission = await this.#limits.admit({ email, user, deviceToken, address });
    const right = await this.#hasher.verify(password, user?.passwordHash, context);
    await this.#limits.settle(admission, right && user !== undefined && maySignIn(user));
    if (!user) return { reason: 'unknown', userId: undefined };
    if (!right) return { reason: 'wrong password', userId: user.id };
    if (!maySignIn(user)) return { reason: user.disabledAt ? 'disabled' : 'unverified', userId: user.id };
    await this.#limits.countRight(admission, user, address);
    const outdated = this.#hasher.isOutdated(user.passwordHash);
    const newHash = outdated ? await this.#hasher.hash(password, context) : undefined;
    return { user, device: admission.device, admission, newHash };
  }

  /**
   * What a right password leads to: the delays are over, and an outdated hash is replaced (ASVS 5.0, 11.4.2).
   *
   * @returns the person, locked; undefined when the proof is void: erased, disabled or given another password meanwhile
   */
  async accept(tx: Transaction, { user, admission, newHash }: Proof): Promise<User | undefined> {
    const now = await this.#users.lockUnchanged(tx, user);
    if (!now) return undefined;
    await this.#limits.succeeded(tx, admission);
    if (newHash !== undefined) await this.#users.rehash(tx, user, newHash);
    return now;
  }
}

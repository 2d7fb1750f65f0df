import type { Sql, Transaction } from '@postern/runtime';
import type { FieldFault, Principal, RequestContext } from '../../http/route.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { User } from '../users/user.ts';
import type { NewPasswords } from './new-passwords.ts';
import { methodOf, type OwnFactors, type OwnProof, type ProvenFactors } from './own-factors.ts';
import { WrongPassword } from './own-password.ts';
import type { PasswordReplacement } from './password-replacement.ts';

/** A change whose slow part is done. */
interface PreparedChange {
  user: User;
  proven: ProvenFactors;
  passwordHash: string;
}

/** Changing one's password, which takes the old one, and a code where there is a second factor (ASVS 5.0, 6.2.2 and 6.2.3). */
export class PasswordChange {
  readonly #live: LiveAccounts;
  readonly #own: OwnFactors;
  readonly #passwords: NewPasswords;
  readonly #replacement: PasswordReplacement;
  readonly #limits: PasswordLimits;

  constructor(
    live: LiveAccounts,
    own: OwnFactors,
    passwords: NewPasswords,
    replacement: PasswordReplacement,
    limits: PasswordLimits,
  ) {
    this.#live = live;
    this.#own = own;
    this.#passwords = passwords;
    this.#replacement = replacement;
    this.#limits = limits;
  }

  /** What the rules say of a new password, where the request has other faults. @throws ProblemError 401 */
  async passwordFaults(database: Sql, principal: Principal, password: string): Promise<FieldFault[]> {
    return this.#passwords.ruleFaults(password, await this.#live.require(database, principal), '/password');
  }

  /** @throws ProblemError 401, 403 `wrong-password`, `code-required`, `wrong-code`, 422 for the new password, 429 while a delay runs, 503 */
  async prepare(
    database: Sql,
    principal: Principal,
    { next, ...proof }: OwnProof & { next: string },
    context: RequestContext,
  ): Promise<PreparedChange> {
    const user = await this.#live.require(database, principal);
    const proven = await this.#own.prove(user, proof, principal, context);
    return { user, proven, passwordHash: await this.#passwords.prepare(next, user, '/password', context) };
  }

  /**
   * Runs the transaction of `change`; that another request was faster with the same code is recorded after it.
   *
   * @throws ProblemError 429 after too many in an hour
   */
  recording<T>({ user, proven }: PreparedChange, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    const whom = { userId: user.id, address: context.address };
    return this.#own.recording(user, proven, context, () => this.#limits.changing(whom, transaction));
  }

  /**
   * Sets the password and ends the other sessions.
   *
   * @throws ProblemError 401 when the session ended meanwhile, 403 `wrong-password` when the password was replaced
   */
  async change(
    tx: Transaction,
    { user: read, proven, passwordHash }: PreparedChange,
    principal: Principal,
    context: RequestContext,
  ): Promise<void> {
    const user = await this.#replacement.lockUnchanged(tx, read);
    await this.#live.require(tx, principal);
    if (!user) throw WrongPassword.error();
    await this.#own.accept(tx, user, proven, context);
    await this.#replacement.replace(tx, user, passwordHash, context, {
      exceptSessionId: principal.sessionId,
      method: methodOf(proven),
    });
  }
}

import type { Sql, Transaction } from '@postern/runtime';
import type { FieldFault, Principal, RequestContext } from '../../http/route.ts';
import type { LiveAccounts } from '../sessions/live-accounts.ts';
import type { Guess } from '../sign-in/guesses.ts';
import type { User } from '../users/user.ts';
import type { NewPasswords } from './new-passwords.ts';
import { type OwnPassword, WrongPassword } from './own-password.ts';
import type { PasswordReplacement } from './password-replacement.ts';

/** A change whose slow part is done. */
export interface PreparedChange {
  user: User;
  guess: Guess;
  passwordHash: string;
}

/** Changing one's password, which takes the old one (ASVS 5.0, 6.2.2 and 6.2.3). */
export class PasswordChange {
  readonly #live: LiveAccounts;
  readonly #own: OwnPassword;
  readonly #passwords: NewPasswords;
  readonly #replacement: PasswordReplacement;

  constructor(live: LiveAccounts, own: OwnPassword, passwords: NewPasswords, replacement: PasswordReplacement) {
    this.#live = live;
    this.#own = own;
    this.#passwords = passwords;
    this.#replacement = replacement;
  }

  /** What the rules say of a new password, where the request has other faults. @throws ProblemError 401 */
  async passwordFaults(database: Sql, principal: Principal, password: string): Promise<FieldFault[]> {
    return this.#passwords.ruleFaults(password, await this.#live.require(database, principal), '/password');
  }

  /** @throws ProblemError 401, 403 `wrong-password`, 422 for the new password, 429, 503 */
  async prepare(
    database: Sql,
    principal: Principal,
    passwords: { current: string; next: string },
    context: RequestContext,
  ): Promise<PreparedChange> {
    const user = await this.#live.require(database, principal);
    const guess = await this.#own.prove(user, passwords.current, context);
    const passwordHash = await this.#passwords.prepare(passwords.next, user, '/password', context);
    return { user, guess, passwordHash };
  }

  /**
   * Sets the password and ends the other sessions.
   *
   * @throws ProblemError 401 when the session ended meanwhile, 403 `wrong-password` when the password was replaced
   */
  async change(
    tx: Transaction,
    { user, guess, passwordHash }: PreparedChange,
    principal: Principal,
    context: RequestContext,
  ): Promise<void> {
    const unchanged = await this.#replacement.isUnchanged(tx, user);
    await this.#live.require(tx, principal);
    if (!unchanged) throw WrongPassword.error();
    await this.#own.accept(tx, guess);
    await this.#replacement.replace(tx, user, passwordHash, context, principal.sessionId);
  }
}

import { UserEmailVerified } from '@postern/events';
import type { Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { PasswordReplacement } from '../passwords/password-replacement.ts';
import type { Guesses } from '../sign-in/guesses.ts';
import { personOf, type User } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';

/** What a reset password means beside the password. */
export class RecoveryEffects {
  readonly #users: UserStore;
  readonly #replacement: PasswordReplacement;
  readonly #guesses: Guesses;
  readonly #journal: Journal;

  constructor(users: UserStore, replacement: PasswordReplacement, guesses: Guesses, journal: Journal) {
    this.#users = users;
    this.#replacement = replacement;
    this.#guesses = guesses;
    this.#journal = journal;
  }

  /** Sets the password, takes the mailed link as proof of the address, and ends delays that strangers have caused. */
  async apply(tx: Transaction, user: User, passwordHash: string, context: RequestContext): Promise<void> {
    await this.#replacement.replace(tx, user, passwordHash, context);
    await this.#guesses.forget(tx, user.email);
    if (user.emailVerifiedAt) return;
    await this.#users.markVerified(tx, user.id);
    await this.#journal.publish(tx, UserEmailVerified, personOf(user), context);
  }
}

import type { Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Guesses } from '../guessing/guesses.ts';
import type { PasswordReplacement } from '../passwords/password-replacement.ts';
import type { User } from '../users/user.ts';

/** What a reset password means beside the password. */
export class RecoveryEffects {
  readonly #replacement: PasswordReplacement;
  readonly #guesses: Guesses;

  constructor(replacement: PasswordReplacement, guesses: Guesses) {
    this.#replacement = replacement;
    this.#guesses = guesses;
  }

  /** Sets the password, and ends delays that strangers have caused. */
  async apply(tx: Transaction, user: User, passwordHash: string, context: RequestContext): Promise<void> {
    await this.#replacement.replace(tx, user, passwordHash, context);
    await this.#guesses.forget(tx, user.email);
  }
}

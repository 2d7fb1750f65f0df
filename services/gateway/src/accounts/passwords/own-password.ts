import type { Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { recordingWaits } from '../audit/recording-waits.ts';
import type { Guess, Guesses } from '../guessing/guesses.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { User } from '../users/user.ts';
import type { PasswordHasher } from './password-hasher.ts';

export const WrongPassword = defineProblem({
  type: 'wrong-password',
  status: 403,
  title: 'The password is wrong',
  explanation: 'You are signed in, and the password that you gave to prove it is you is not yours. Nothing was done.',
});

/**
 * Proof, by somebody who is signed in, that they know the password (ASVS 5.0, 6.2.3 and 7.5.1): a session may have
 * been taken over. Guessing is slowed down for itself, so that it does not keep the owner from signing in.
 */
export class OwnPassword {
  readonly #hasher: PasswordHasher;
  readonly #guesses: Guesses;
  readonly #journal: Journal;
  readonly #limits: PasswordLimits;

  constructor(hasher: PasswordHasher, guesses: Guesses, journal: Journal, limits: PasswordLimits) {
    this.#hasher = hasher;
    this.#guesses = guesses;
    this.#journal = journal;
    this.#limits = limits;
  }

  /**
   * Call it before the transaction, and `accept` within.
   *
   * @param holder what distinguishes them from others: their session, or that they have the link of a mail. Each waits for itself
   * @throws ProblemError 403 `wrong-password`, 429 while a delay runs or after too many in a minute, 503 when overloaded
   */
  async prove(user: User, password: string, holder: string, context: RequestContext): Promise<Guess> {
    return (await this.proveOne([user.passwordHash], user, password, holder, context)).guess;
  }

  /**
   * As `prove`, by any of several passwords. All are compared, so that the time taken does not tell which one it was.
   *
   * @param hashes at least one; undefined takes its time and matches nothing
   */
  async proveOne(
    hashes: readonly (string | undefined)[],
    user: User,
    password: string,
    holder: string,
    context: RequestContext,
  ): Promise<{ guess: Guess; hash: string }> {
    const attempted = { action: 'confirm-password', subjectId: user.id, context } as const;
    const { guess, hash } = await recordingWaits(this.#journal, attempted, () =>
      this.#look(hashes, user, password, holder, context),
    );
    if (hash !== undefined) return { guess, hash };
    await this.#journal.recordNow({
      action: 'confirm-password',
      outcome: 'failure',
      reason: 'wrong password',
      actorId: user.id,
      subjectId: user.id,
      context,
    });
    throw WrongPassword.error();
  }

  accept(tx: Transaction, guess: Guess): Promise<void> {
    return this.#guesses.succeeded(tx, guess);
  }

  async #look(
    hashes: readonly (string | undefined)[],
    user: User,
    password: string,
    holder: string,
    context: RequestContext,
  ): Promise<{ guess: Guess; hash: string | undefined }> {
    const guess = await this.#guesses.begin({ account: `password of ${user.id}`, address: context.address, holder });
    await this.#limits.own(user.id, holder, context.address);
    let right: string | undefined;
    for (const hash of hashes) if (await this.#hasher.verify(password, hash, context)) right ??= hash;
    await this.#guesses.settle(guess, right !== undefined);
    return { guess, hash: right };
  }
}

import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import type { Guess, Guesses } from '../sign-in/guesses.ts';
import { type CodeProof, type SecondFactor, WrongCode } from './second-factor.ts';

/** A code that was right, and the guess that it was. */
export interface CheckedCode {
  userId: string;
  guess: Guess;
  proof: CodeProof;
}

/** Looks at codes, slowly when they are wrong: six digits are soon guessed (ASVS 5.0, 6.3.1; RFC 6238, 5.1). */
export class CodeCheck {
  readonly #factor: SecondFactor;
  readonly #guesses: Guesses;
  readonly #journal: Journal;
  readonly #database: Sql;

  constructor(factor: SecondFactor, guesses: Guesses, journal: Journal, database: Sql) {
    this.#factor = factor;
    this.#guesses = guesses;
    this.#journal = journal;
    this.#database = database;
  }

  /**
   * Call it before the transaction, and `accept` within. A known device does not wait for strangers who have the password.
   *
   * @throws ProblemError 403 `wrong-code`, 429 while a delay runs
   */
  async check(userId: string, code: string, context: RequestContext, device?: string): Promise<CheckedCode> {
    const account = `second factor of ${userId}`;
    const guess = await this.#guesses.begin({ account, address: context.address, device });
    const proof = await this.#factor.look(this.#database, userId, code);
    await this.#guesses.settle(guess, proof !== undefined);
    if (proof) return { userId, guess, proof };
    const entry = { outcome: 'failure', subjectId: userId, context } as const;
    await this.#journal.recordNow({ action: 'second-factor', ...entry });
    throw WrongCode.error();
  }

  /** @throws ProblemError 403 `wrong-code` when the code was used in the meantime */
  async accept(tx: Transaction, { userId, guess, proof }: CheckedCode): Promise<void> {
    await this.#factor.spend(tx, userId, proof);
    await this.#guesses.succeeded(tx, guess);
  }
}

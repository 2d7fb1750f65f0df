import type { Sql, Transaction } from '@postern/runtime';
import { ProblemError, type RequestContext } from '../../http/route.ts';
import { type CheckedCode, kindOf } from '../factors/checked-code.ts';
import { TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import type { Guesses } from '../guessing/guesses.ts';
import type { CodeFailures } from './code-failures.ts';
import type { SecondFactor } from './second-factor.ts';

/** What the guesses at a person's second factor are counted by. */
export function factorAccount(userId: string): string {
  return `second factor of ${userId}`;
}

/** Looks at codes, slowly when they are wrong: six digits are soon guessed (ASVS 5.0, 6.3.1; RFC 6238, 5.1). */
export class CodeCheck {
  readonly #factor: SecondFactor;
  readonly #guesses: Guesses;
  readonly #failures: CodeFailures;
  readonly #database: Sql;

  constructor(factor: SecondFactor, guesses: Guesses, failures: CodeFailures, database: Sql) {
    this.#factor = factor;
    this.#guesses = guesses;
    this.#failures = failures;
    this.#database = database;
  }

  /**
   * Call it before the transaction, `accept` within, and the transaction in `finish`. A known device does not wait for
   * strangers who have the password.
   *
   * @throws ProblemError 403 `wrong-code` or `two-factor-locked`, 429 while a delay runs
   */
  check(userId: string, code: string, context: RequestContext, device?: string): Promise<CheckedCode> {
    return this.#failures.recordingWaits(userId, context, () => this.#look(userId, code, context, device));
  }

  /** @throws ProblemError 403 when the code was used or the factor locked in the meantime */
  async accept(tx: Transaction, { userId, guess, proof }: CheckedCode): Promise<void> {
    await this.#factor.spend(tx, userId, proof);
    await this.#guesses.succeeded(tx, guess);
  }

  /** Runs the transaction that accepts the code; that another use of the same code was faster is recorded after it. */
  async finish<T>(checked: CheckedCode, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    try {
      return await transaction();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.type === TwoFactorLocked.type) throw await this.#failures.record(checked.userId, 'locked', context);
      if (error.type !== WrongCode.type) throw error;
      throw await this.#failures.record(checked.userId, `used ${kindOf(checked)}`, context);
    }
  }

  async #look(userId: string, code: string, context: RequestContext, device?: string): Promise<CheckedCode> {
    const guess = await this.#guesses.begin({ account: factorAccount(userId), address: context.address, device });
    const found = await this.#factor.look(this.#database, userId, code);
    if (typeof found === 'string') {
      const problem = await this.#failures.record(userId, found, context);
      await this.#guesses.settle(guess, false);
      throw problem;
    }
    await this.#guesses.settle(guess, true);
    return { userId, guess, proof: found };
  }
}

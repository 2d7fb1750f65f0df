import type { Database, Transaction } from '@postern/runtime';
import { ProblemError, type RequestContext } from '../../http/route.ts';
import { type CheckedCode, kindOf } from '../factors/checked-code.ts';
import { TwoFactorLocked, WrongCode } from '../factors/factor-problems.ts';
import type { Guesser, Guesses } from '../guessing/guesses.ts';
import type { User } from '../users/user.ts';
import type { CodeFailures } from './code-failures.ts';
import type { SecondFactor } from './second-factor.ts';

/** What distinguishes who presents a code from a stranger who has the password; nothing does at most sign-ins. */
type CodeSender = Pick<Guesser, 'device' | 'holder'>;

/** Looks at codes, slowly when they are wrong: six digits are soon guessed (ASVS 5.0, 6.3.1; RFC 6238, 5.1). */
export class CodeCheck {
  readonly #factor: SecondFactor;
  readonly #guesses: Guesses;
  readonly #failures: CodeFailures;
  readonly #database: Database;

  constructor(factor: SecondFactor, guesses: Guesses, failures: CodeFailures, database: Database) {
    this.#factor = factor;
    this.#guesses = guesses;
    this.#failures = failures;
    this.#database = database;
  }

  /**
   * Call it before the transaction, `accept` within, and the transaction in `finish`. Known devices and sessions do not wait for
   * strangers who have the password, nor for each other. What is asked to wait is not looked at, and counts nowhere.
   *
   * @throws ProblemError 403 `wrong-code` or `two-factor-locked`, 429 while a delay runs
   */
  check(user: User, code: string, context: RequestContext, sender: CodeSender): Promise<CheckedCode> {
    return this.#failures.recordingWaits(user.id, context, () => this.#look(user, code, context, sender));
  }

  /** @throws ProblemError 403 when the code was used or the factor locked in the meantime */
  accept(tx: Transaction, { userId, proof }: CheckedCode): Promise<void> {
    return this.#factor.spend(tx, userId, proof);
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

  async #look(user: User, code: string, context: RequestContext, sender: CodeSender): Promise<CheckedCode> {
    const guess = await this.#guesses.reserve({ account: guessedAt(user), address: context.address, ...sender });
    const found = await this.#factor.look(this.#database, user.id, code);
    if (typeof found === 'string') {
      const problem = await this.#failures.record(user.id, found, context);
      await this.#guesses.settle(guess, false);
      throw problem;
    }
    await this.#guesses.settle(guess, true);
    await this.#database.transaction(async (tx) => {
      await this.#factor.endStreak(tx, user.id, found);
      await this.#guesses.succeeded(tx, guess);
    });
    return { userId: user.id, proof: found };
  }
}

/** What guesses are counted by: they end with the factor, and with the password that let strangers come to it. */
function guessedAt({ id, credentialVersion }: User): string {
  return `second factor of ${id}, version ${credentialVersion}`;
}

import type { Sql, Transaction } from '@postern/runtime';
import { defineProblem, type RequestContext } from '../../http/route.ts';
import type { Guess } from '../guessing/guesses.ts';
import { type CheckedCode, type CodeCheck, kindOf } from '../two-factor/code-check.ts';
import type { SecondFactor } from '../two-factor/second-factor.ts';
import { TwoFactorIsOff } from '../two-factor/two-factor-setup.ts';
import type { User } from '../users/user.ts';
import type { OwnPassword } from './own-password.ts';

export const CodeRequired = defineProblem({
  type: 'code-required',
  status: 403,
  title: 'Your second factor is needed too',
  explanation:
    'Your account has a second factor, and what weakens it takes all of its factors: send a code of your app, or a recovery code, as `code` with the password. Nothing was done.',
});

/** What somebody who is signed in gives to prove themselves. */
export interface OwnProof {
  password: string;
  code: string | undefined;
}

/** A proof that was right when it was looked at. */
export interface ProvenFactors {
  guess: Guess;
  code: CheckedCode | undefined;
}

/** What was shown, in the words of the audit log. */
export function methodOf({ code }: ProvenFactors): string {
  return code ? `password and ${kindOf(code)}` : 'password';
}

/**
 * Proof, by somebody who is signed in, by all factors that the account has (ASVS 5.0, 6.3.4 and 7.5.1): a session may have been
 * taken over by who knows the password, which is what the second factor is for.
 */
export class OwnFactors {
  readonly #database: Sql;
  readonly #password: OwnPassword;
  readonly #factor: SecondFactor;
  readonly #codes: CodeCheck;

  constructor(database: Sql, password: OwnPassword, factor: SecondFactor, codes: CodeCheck) {
    this.#database = database;
    this.#password = password;
    this.#factor = factor;
    this.#codes = codes;
  }

  /**
   * Call it before the transaction, and `accept` within.
   *
   * @throws ProblemError 403 `wrong-password`, `code-required`, `wrong-code`, `two-factor-locked`, 409 `two-factor-off` for a code without a factor,
   * 429 while a delay runs, 503 when overloaded
   */
  async prove(user: User, { password, code }: OwnProof, context: RequestContext): Promise<ProvenFactors> {
    const guess = await this.#password.prove(user, password, context);
    const isOn = await this.#factor.isOn(this.#database, user.id);
    if (isOn && code === undefined) throw CodeRequired.error();
    if (!isOn && code !== undefined) throw TwoFactorIsOff.error();
    // As a known device: whoever is signed in waits for no stranger who knows the password.
    const checked = code === undefined ? undefined : await this.#codes.check(user.id, code, context, 'signed in');
    return { guess, code: checked };
  }

  /** Runs the transaction of `accept`; that another request was faster with the same code is recorded after it. */
  recording<T>({ code }: ProvenFactors, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    return code ? this.#codes.finish(code, context, transaction) : transaction();
  }

  /** @throws ProblemError 403 `wrong-code` when it was used meanwhile, `code-required` when a factor was turned on meanwhile */
  async accept(tx: Transaction, user: User, { guess, code }: ProvenFactors): Promise<void> {
    if (code) await this.#codes.accept(tx, code);
    else if (await this.#factor.isOn(tx, user.id)) throw CodeRequired.error();
    await this.#password.accept(tx, guess);
  }
}

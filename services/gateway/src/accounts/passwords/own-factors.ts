import { UserSignedInWithRecoveryCode } from '@postern/events';
import type { Clock, Sql, Transaction } from '@postern/runtime';
import type { Principal, RequestContext } from '../../http/route.ts';
import type { Journal } from '../audit/journal.ts';
import { originNow } from '../audit/origin.ts';
import { type CheckedCode, kindOf } from '../factors/checked-code.ts';
import { CodeRequired, TwoFactorIsOff } from '../factors/factor-problems.ts';
import type { SecondFactors } from '../factors/second-factors.ts';
import type { Guess } from '../guessing/guesses.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import { personOf, type User } from '../users/user.ts';
import type { OwnPassword } from './own-password.ts';

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
export function methodOf({ code }: Pick<ProvenFactors, 'code'>): string {
  return code ? `password and ${kindOf(code)}` : 'password';
}

export function isRecovery({ code }: Pick<ProvenFactors, 'code'>): boolean {
  return code !== undefined && kindOf(code) === 'recovery code';
}

/**
 * Proof, by somebody who is signed in, by all factors that the account has (ASVS 5.0, 6.3.4 and 7.5.1): a session may have been
 * taken over by whoever knows the password, which is what the second factor is for.
 */
export class OwnFactors {
  readonly #database: Sql;
  readonly #password: OwnPassword;
  readonly #factors: SecondFactors;
  readonly #limits: PasswordLimits;
  readonly #journal: Journal;
  readonly #clock: Clock;

  constructor(
    database: Sql,
    password: OwnPassword,
    factors: SecondFactors,
    limits: PasswordLimits,
    journal: Journal,
    clock: Clock,
  ) {
    this.#database = database;
    this.#password = password;
    this.#factors = factors;
    this.#limits = limits;
    this.#journal = journal;
    this.#clock = clock;
  }

  /**
   * Call it before the transaction, and `accept` within.
   *
   * @throws ProblemError 403 `wrong-password`, `code-required`, `wrong-code`, `two-factor-locked`, 409 `two-factor-off` for a code without a factor,
   * 429 while a delay runs, 503 when overloaded
   */
  async prove(
    user: User,
    { password, code }: OwnProof,
    { sessionId }: Principal,
    context: RequestContext,
  ): Promise<ProvenFactors> {
    const guess = await this.#password.prove(user, password, sessionId, context);
    const isOn = (await this.#factors.since(this.#database, user.id)) !== null;
    if (isOn && code === undefined) {
      // Whoever has taken a session over has now been told that the password is right.
      const entry = { actorId: user.id, subjectId: user.id, reason: 'no code', context };
      await this.#journal.recordNow({ action: 'confirm-password', outcome: 'failure', ...entry });
      throw CodeRequired.error();
    }
    if (!isOn && code !== undefined) throw TwoFactorIsOff.error();
    if (code === undefined) return { guess, code };
    return { guess, code: await this.#factors.check(user, code, sessionId, context) };
  }

  /**
   * Runs the transaction of `accept`; that another request was faster with the same code is recorded after it.
   *
   * @throws ProblemError 429 after too many recovery codes in an hour
   */
  recording<T>(user: User, proven: ProvenFactors, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    if (!proven.code) return transaction();
    const whom = { userId: user.id, address: context.address };
    const run = isRecovery(proven) ? () => this.#limits.usingRecoveryCode(whom, transaction) : transaction;
    return this.#factors.finish(proven.code, context, run);
  }

  /**
   * Uses the code up. The person hears of a recovery code as of a sign-in with one: whoever has it may have the others.
   *
   * @param user as they are now, since the mail goes there
   * @throws ProblemError 403 `wrong-code` when it was used meanwhile, `code-required` when a factor was turned on meanwhile
   */
  async accept(tx: Transaction, user: User, proven: ProvenFactors, context: RequestContext): Promise<void> {
    if (proven.code) await this.#factors.accept(tx, proven.code);
    else if (await this.#factors.since(tx, user.id)) throw CodeRequired.error();
    await this.#password.accept(tx, proven.guess);
    if (!isRecovery(proven)) return;
    const data = { ...personOf(user), ...originNow(this.#clock, context) };
    await this.#journal.publish(tx, UserSignedInWithRecoveryCode, data, context);
  }
}

import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import { type CheckedCode, kindOf } from '../factors/checked-code.ts';
import type { PasswordLimits } from '../guessing/password-limits.ts';
import type { SignedIn, SignInCompletion } from '../sessions/sign-in-completion.ts';
import { maySignIn } from '../users/user.ts';
import type { UserStore } from '../users/user-store.ts';
import { ChallengeInvalid, type Challenges } from './challenges.ts';
import type { CodeCheck } from './code-check.ts';

/** An answer to a challenge, as it came. */
interface Answer {
  challengeToken: string;
  code: string;
  /** From an earlier sign-in of this device. */
  deviceToken: string | undefined;
}

/** An answer to a challenge whose code was right. */
interface CheckedAnswer {
  challengeToken: string;
  checked: CheckedCode;
}

export class SecondStep {
  readonly #challenges: Challenges;
  readonly #codes: CodeCheck;
  readonly #users: UserStore;
  readonly #completion: SignInCompletion;
  readonly #limits: PasswordLimits;

  constructor(
    challenges: Challenges,
    codes: CodeCheck,
    users: UserStore,
    completion: SignInCompletion,
    limits: PasswordLimits,
  ) {
    this.#challenges = challenges;
    this.#codes = codes;
    this.#users = users;
    this.#completion = completion;
    this.#limits = limits;
  }

  /** @throws ProblemError 401 `challenge-invalid`, 403 `wrong-code` or `two-factor-locked`, 429 while a delay runs */
  async check(
    database: Sql,
    { challengeToken, code, deviceToken }: Answer,
    context: RequestContext,
  ): Promise<CheckedAnswer> {
    await this.#completion.ready();
    const user = await this.#users.byId(database, await this.#challenges.owner(database, challengeToken));
    if (!user) throw ChallengeInvalid.error();
    const device = this.#completion.knownDevice(user, deviceToken);
    return { challengeToken, checked: await this.#codes.check(user, code, context, { device }) };
  }

  /**
   * Runs the transaction of `finish`; that another sign-in was faster with the same code is recorded after it.
   *
   * @throws ProblemError 429 after too many recovery codes in an hour
   */
  recording<T>({ checked }: CheckedAnswer, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    const whom = { userId: checked.userId, address: context.address };
    const isMailed = kindOf(checked) === 'recovery code';
    const run = isMailed ? () => this.#limits.usingRecoveryCode(whom, transaction) : transaction;
    return this.#codes.finish(checked, context, run);
  }

  /** @param deviceToken from an earlier sign-in of this device */
  async finish(
    tx: Transaction,
    { challengeToken, checked }: CheckedAnswer,
    deviceToken: string | undefined,
    context: RequestContext,
  ): Promise<SignedIn> {
    const user = await this.#users.lock(tx, checked.userId);
    // Disabled or erased between the two steps. A new password removes the challenge.
    if (!user || !maySignIn(user)) throw ChallengeInvalid.error();
    await this.#challenges.finish(tx, challengeToken);
    await this.#codes.accept(tx, checked);
    const device = this.#completion.knownDevice(user, deviceToken);
    return this.#completion.finish(tx, user, { device, method: `password and ${kindOf(checked)}` }, context);
  }
}

import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { ChallengeView } from '../factors/challenge-view.ts';
import type { CheckedCode } from '../factors/checked-code.ts';
import { SecondFactors } from '../factors/second-factors.ts';
import type { User } from '../users/user.ts';
import type { Challenges } from './challenges.ts';
import type { CodeCheck } from './code-check.ts';
import type { SecondFactor } from './second-factor.ts';
import type { TwoFactorSetup } from './two-factor-setup.ts';

/** Authenticator apps and their recovery codes, as the other capabilities see them. */
export class TotpFactors extends SecondFactors {
  override readonly offered = true;
  readonly #factor: SecondFactor;
  readonly #setup: TwoFactorSetup;
  readonly #challenges: Challenges;
  readonly #codes: CodeCheck;

  constructor(factor: SecondFactor, setup: TwoFactorSetup, challenges: Challenges, codes: CodeCheck) {
    super();
    this.#factor = factor;
    this.#setup = setup;
    this.#challenges = challenges;
    this.#codes = codes;
  }

  override since(db: Sql, userId: string): Promise<Date | null> {
    return this.#factor.since(db, userId);
  }

  override drop(tx: Transaction, user: User, context: RequestContext): Promise<void> {
    return this.#setup.drop(tx, user, context);
  }

  override async challenge(tx: Transaction, userId: string): Promise<ChallengeView | undefined> {
    return (await this.since(tx, userId)) ? this.#challenges.begin(tx, userId) : undefined;
  }

  override endChallenges(tx: Transaction, userId: string): Promise<void> {
    return this.#challenges.endOfUser(tx, userId);
  }

  override check(user: User, code: string, sessionId: string, context: RequestContext): Promise<CheckedCode> {
    return this.#codes.check(user, code, context, { holder: sessionId });
  }

  override accept(tx: Transaction, checked: CheckedCode): Promise<void> {
    return this.#codes.accept(tx, checked);
  }

  override finish<T>(checked: CheckedCode, context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    return this.#codes.finish(checked, context, transaction);
  }
}

import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { User } from '../users/user.ts';
import type { ChallengeView } from './challenge-view.ts';
import type { CheckedCode } from './checked-code.ts';

/**
 * Port: what the other capabilities ask of second factors. `NoSecondFactors` answers where the capability two-factor is taken
 * out of the gateway, so that none of them needs to know whether it is there.
 */
export abstract class SecondFactors {
  /** Whether anybody can have one: without it no operation takes a code. */
  abstract readonly offered: boolean;

  /** Since when the person has a second factor; null without one. */
  abstract since(db: Sql, userId: string): Promise<Date | null>;

  /** Takes the person's second factor from them, or what they have begun to set up. One that was on is recorded, and mailed. */
  abstract drop(tx: Transaction, user: User, context: RequestContext): Promise<void>;

  /** Begins the second step of a sign-in; undefined for a person without a second factor. */
  abstract challenge(tx: Transaction, userId: string): Promise<ChallengeView | undefined>;

  /** Ends the sign-ins of a person that wait for their second step. */
  abstract endChallenges(tx: Transaction, userId: string): Promise<void>;

  /**
   * Checks the code of a person who is signed in, whose guesses count by the session. Call it before the transaction, `accept` within, and the transaction in `finish`.
   *
   * @throws ProblemError 403 `wrong-code` or `two-factor-locked`, 429 while a delay runs
   */
  abstract check(user: User, code: string, sessionId: string, context: RequestContext): Promise<CheckedCode>;

  /** @throws ProblemError 403 when the code was used or the factor locked in the meantime */
  abstract accept(tx: Transaction, checked: CheckedCode): Promise<void>;

  /** Runs the transaction that accepts the code; that another use of the same code was faster is recorded after it. */
  abstract finish<T>(checked: CheckedCode, context: RequestContext, transaction: () => Promise<T>): Promise<T>;
}

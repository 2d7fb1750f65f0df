import type { RequestContext } from '../../http/route.ts';
import type { ChallengeView } from './challenge-view.ts';
import type { CheckedCode } from './checked-code.ts';
import { TwoFactorIsOff } from './factor-problems.ts';
import { SecondFactors } from './second-factors.ts';

/** Nobody has a second factor. */
export class NoSecondFactors extends SecondFactors {
  override readonly offered: boolean = false;

  override async since(): Promise<Date | null> {
    return null;
  }

  override async drop(): Promise<void> {}

  override async challenge(): Promise<ChallengeView | undefined> {
    return undefined;
  }

  override async endChallenges(): Promise<void> {}

  override async check(): Promise<CheckedCode> {
    throw TwoFactorIsOff.error();
  }

  override async accept(): Promise<void> {
    throw TwoFactorIsOff.error();
  }

  override finish<T>(_checked: CheckedCode, _context: RequestContext, transaction: () => Promise<T>): Promise<T> {
    return transaction();
  }
}

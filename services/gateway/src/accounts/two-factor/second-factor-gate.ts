import type { Transaction } from '@postern/runtime';
import type { Permits } from '../roles/permits.ts';
import type { Challenges, ChallengeView } from './challenges.ts';
import type { SecondFactor } from './second-factor.ts';

/** Stands between a right password and a session. */
export class SecondFactorGate {
  readonly #factor: SecondFactor;
  readonly #challenges: Challenges;

  readonly #permits: Permits;

  constructor(factor: SecondFactor, challenges: Challenges, permits: Permits) {
    this.#factor = factor;
    this.#challenges = challenges;
    this.#permits = permits;
  }

  /** What must be answered first; undefined for who has no second factor. */
  async challenge(tx: Transaction, userId: string): Promise<ChallengeView | undefined> {
    return (await this.#factor.isOn(tx, userId)) ? this.#challenges.begin(tx, userId) : undefined;
  }

  /** Whether the person's permissions wait for a second factor. */
  isMissing(tx: Transaction, userId: string): Promise<boolean> {
    return this.#permits.lacksFactor(tx, userId);
  }
}

import type { Transaction } from '@postern/runtime';
import type { Challenges, ChallengeView } from './challenges.ts';
import type { SecondFactor } from './second-factor.ts';

/** Stands between a right password and a session. */
export class SecondFactorGate {
  readonly #factor: SecondFactor;
  readonly #challenges: Challenges;

  constructor(factor: SecondFactor, challenges: Challenges) {
    this.#factor = factor;
    this.#challenges = challenges;
  }

  /** What must be answered first; undefined for who has no second factor. */
  async challenge(tx: Transaction, userId: string): Promise<ChallengeView | undefined> {
    return (await this.#factor.isOn(tx, userId)) ? this.#challenges.begin(tx, userId) : undefined;
  }
}

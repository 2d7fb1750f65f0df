import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Sql, Transaction } from '@postern/runtime';
import { z } from 'zod';
import { defineProblem } from '../../http/route.ts';
import type { ChallengeStore } from './challenge-store.ts';

/** How long a person has to find their phone, in seconds. */
const LIFE_SECONDS = 300;
const TOKEN_BYTES = 32;

/** What a right password gives when a second factor is set up. */
export const challengeView = z.strictObject({
  status: z.literal('second_factor_required'),
  challenge_token: z.string(),
  /** Seconds. */
  expires_in: z.int(),
});

export type ChallengeView = z.infer<typeof challengeView>;

export const challengeExample: ChallengeView = {
  status: 'second_factor_required',
  challenge_token: 'mT0xq2hJ3bQZz1yD0m5c7uXHQh2t5w8y3v6z9B4d0K7',
  expires_in: LIFE_SECONDS,
};

export const ChallengeInvalid = defineProblem({
  type: 'challenge-invalid',
  status: 401,
  title: 'Begin the sign-in again',
  explanation:
    'The challenge token is not ours, is older than five minutes, or was used. Sign in with your password again.',
});

/** The time between the two factors of a sign-in: a random token of 256 bits, hashed at rest, good once. */
export class Challenges {
  readonly #store: ChallengeStore;
  readonly #clock: Clock;

  constructor(store: ChallengeStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async begin(tx: Transaction, userId: string): Promise<ChallengeView> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(this.#clock.now().getTime() + LIFE_SECONDS * 1000);
    await this.#store.create(tx, hash(token), userId, expiresAt);
    return { status: 'second_factor_required', challenge_token: token, expires_in: LIFE_SECONDS };
  }

  /**
   * Whose sign-in it is.
   *
   * @throws ProblemError 401 `challenge-invalid`
   */
  async owner(db: Sql, token: string): Promise<string> {
    const userId = await this.#store.find(db, hash(token), this.#clock.now());
    if (userId === undefined) throw ChallengeInvalid.error();
    return userId;
  }

  /** Uses the token up. Throws as `owner` does. */
  async finish(tx: Transaction, token: string): Promise<void> {
    if (!(await this.#store.finish(tx, hash(token)))) throw ChallengeInvalid.error();
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(`postern/challenge\0${token}`).digest();
}

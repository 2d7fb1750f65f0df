import { createHash, randomBytes } from 'node:crypto';
import type { Clock, Sql, Transaction } from '@postern/runtime';
import { defineProblem } from '../../http/route.ts';
import { CHALLENGE_SECONDS, type ChallengeView } from '../factors/challenge-view.ts';
import type { ChallengeStore } from './challenge-store.ts';

const TOKEN_BYTES = 32;

export const ChallengeInvalid = defineProblem({
  type: 'challenge-invalid',
  status: 401,
  title: 'Begin the sign-in again',
  explanation:
    'The challenge token was not issued here, is older than five minutes, or has been used. Sign in with your password again.',
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
    const expiresAt = new Date(this.#clock.now().getTime() + CHALLENGE_SECONDS * 1000);
    await this.#store.create(tx, hash(token), userId, expiresAt);
    return { status: 'second_factor_required', challenge_token: token, expires_in: CHALLENGE_SECONDS };
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

  endOfUser(tx: Transaction, userId: string): Promise<void> {
    return this.#store.deleteOfUser(tx, userId);
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(`postern/challenge\0${token}`).digest();
}

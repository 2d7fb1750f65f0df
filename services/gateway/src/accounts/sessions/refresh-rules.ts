import type { Clock } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { Forgiven, Session } from './session.ts';

/** More often than this nobody refreshes within the grace; 14 digits each, they fit their column. */
const ROTATIONS_KEPT = 10;
/** Answers that an honest client may lose in a row, each past the grace, while nothing else is heard of it. */
const LOST_IN_ROW = 3;

/** The moments that decide about a refresh token that comes now. */
export class RefreshRules {
  readonly #config: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor({ env }: AccountsConfig, clock: Clock) {
    this.#config = env;
    this.#clock = clock;
  }

  times(): { now: Date; idleExpiresAt: Date } {
    const now = this.#clock.now();
    return { now, idleExpiresAt: new Date(now.getTime() + this.#config.SESSION_IDLE_SECONDS * 1000) };
  }

  /** The times of rotations to keep after one more. */
  after({ rotations }: Session, now: Date): Date[] {
    return [now, ...rotations].slice(0, ROTATIONS_KEPT);
  }

  /**
   * Whether a token that was rotated comes from an honest client: it was rotated within the grace (two tabs at once), or
   * nobody has been seen with its successor, so that the answer which carried it may have been lost, however long ago. Not
   * in one generation after the other: that is how a thief and the owner look who use their access tokens elsewhere.
   *
   * @returns what is to be noted as forgiven; undefined when it is not
   */
  forgiveness(session: Session, presented: number, now: Date): Forgiven | undefined {
    const { generation, receivedGeneration, rotations, forgiven } = session;
    const rotatedAt = rotations[generation - 1 - presented];
    const ageMs = rotatedAt ? now.getTime() - rotatedAt.getTime() : Number.POSITIVE_INFINITY;
    if (ageMs < this.#config.REFRESH_GRACE_SECONDS * 1000) return forgiven;
    if (presented !== generation - 1 || receivedGeneration >= generation) return undefined;
    if (forgiven.generation === generation) return forgiven;
    const inRow = forgiven.generation === generation - 1 ? forgiven.inRow + 1 : 1;
    return inRow > LOST_IN_ROW ? undefined : { generation, inRow };
  }
}

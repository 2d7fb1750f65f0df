import type { Clock } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';
import type { Session } from './session.ts';

/** More often than this nobody refreshes within the grace; 14 digits each, they fit their column. */
const ROTATIONS_KEPT = 10;

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
   * nobody has been seen with its successor, so that the answer which carried it may have been lost, however long ago.
   */
  forgives({ generation, receivedGeneration, rotations }: Session, presented: number, now: Date): boolean {
    if (presented === generation - 1 && receivedGeneration < generation) return true;
    const rotatedAt = rotations[generation - 1 - presented];
    return rotatedAt !== undefined && now.getTime() - rotatedAt.getTime() < this.#config.REFRESH_GRACE_SECONDS * 1000;
  }
}

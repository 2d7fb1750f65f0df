import type { Clock } from '@postern/runtime';
import type { AccountsConfig } from '../config.ts';

/** The moments that decide about a refresh token that comes now. */
export class RefreshRules {
  readonly #config: AccountsConfig['env'];
  readonly #clock: Clock;

  constructor({ env }: AccountsConfig, clock: Clock) {
    this.#config = env;
    this.#clock = clock;
  }

  times(): { now: Date; graceStart: Date; idleExpiresAt: Date } {
    const now = this.#clock.now();
    const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    return {
      now,
      graceStart: at(-this.#config.REFRESH_GRACE_SECONDS),
      idleExpiresAt: at(this.#config.SESSION_IDLE_SECONDS),
    };
  }
}

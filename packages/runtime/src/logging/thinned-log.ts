import type { Clock } from '../time/clock.ts';
import type { Fields, Logger } from './logger.ts';

/** A line costs 20 us of CPU (measured, winston): a hundred a second is 0.2 % of a core. */
const MAX_PER_SECOND = 100;

/**
 * Lines for what goes well: each of them up to a hundred a second, so that one message can be followed, and no more, so that
 * the log of a busy process takes nothing from its work. How many were left out is reported with the next line.
 */
export class ThinnedLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  #second = 0;
  #written = 0;
  #leftOut = 0;

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger;
    this.#clock = clock;
  }

  info(message: string, fields: Fields): void {
    const second = Math.floor(this.#clock.monotonic() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#written = 0;
    }
    if (this.#written >= MAX_PER_SECOND) {
      this.#leftOut += 1;
      return;
    }
    this.#written += 1;
    this.#logger.info(message, this.#leftOut > 0 ? { ...fields, lines_left_out: this.#leftOut } : fields);
    this.#leftOut = 0;
  }
}

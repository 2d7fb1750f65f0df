import { Clock, SystemClock } from '@postern/runtime';

/** The real time, moved on by as much as a test says: a day passes at once, and everything else goes on. */
export class ShiftedClock extends Clock {
  readonly #system = new SystemClock();
  #offsetMs = 0;

  override now(): Date {
    return new Date(this.#system.now().getTime() + this.#offsetMs);
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(ms, signal);
  }

  /** Moves time on by seconds. */
  advance(seconds: number): void {
    this.#offsetMs += seconds * 1000;
  }
}

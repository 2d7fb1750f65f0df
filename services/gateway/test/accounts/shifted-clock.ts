import { Clock, SystemClock } from '@postern/runtime';

/**
 * A clock that only a test moves on, from the real time: a day passes at once, and on a busy machine no code of an
 * app, no delay and no hour of a limit ends between two requests. What sleeps does so in real time.
 */
export class ShiftedClock extends Clock {
  readonly #system = new SystemClock();
  #now = this.#system.now().getTime();

  override now(): Date {
    return new Date(this.#now);
  }

  override monotonic(): number {
    return this.now().getTime();
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(ms, signal);
  }

  /** Moves time on by seconds. */
  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

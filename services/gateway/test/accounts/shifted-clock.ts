import { Clock, SystemClock } from '@postern/runtime';

/** The real time, moved on by as much as a test says: a day passes at once, and everything else goes on. */
export class ShiftedClock extends Clock {
  readonly #system = new SystemClock();
  #offsetMs = 0;
  #stoppedAt: number | undefined;

  override now(): Date {
    return new Date((this.#stoppedAt ?? this.#system.now().getTime()) + this.#offsetMs);
  }

  override monotonic(): number {
    return this.now().getTime();
  }

  /** From here on only `advance` moves time: a busy machine does not wait delays of a second out. */
  stop(): void {
    this.#stoppedAt ??= this.#system.now().getTime();
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(ms, signal);
  }

  /** Moves time on by seconds. */
  advance(seconds: number): void {
    this.#offsetMs += seconds * 1000;
  }
}

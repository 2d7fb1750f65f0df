import { setTimeout as delay } from 'node:timers/promises';

/** Time as a port, so that a test owns it. */
export abstract class Clock {
  /** The time of day: for what is written down and judged by others. It may be set, forwards and back. */
  abstract now(): Date;
  /**
   * Milliseconds since some moment of this process, which only go forwards, whoever sets a clock: for what this process alone
   * measures (a lease that it holds, a wait, an age).
   */
  abstract monotonic(): number;
  /**
   * Resolves after `ms` milliseconds. Rejects with the signal's reason when it is aborted before.
   */
  abstract sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }

  override monotonic(): number {
    return performance.now();
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
}

/** A clock that moves only when it is set; sleepers wake in the order of their times. Its monotonic clock is the time of day, unless that is set. */
export class FakeClock extends Clock {
  #now: number;
  #setBy = 0;
  #sleepers: { at: number; wake: () => void }[] = [];

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    super();
    this.#now = new Date(start).getTime();
  }

  override now(): Date {
    return new Date(this.#now + this.#setBy);
  }

  override monotonic(): number {
    return this.#now;
  }

  /** Sets the time of day by `ms` milliseconds, as a failover to another server's clock does: no time goes by. */
  set(ms: number): void {
    this.#setBy += ms;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.#now + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener(
      'abort',
      () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      },
      { once: true },
    );
    return promise;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Time goes by while the process is held up: who is due wakes only afterwards. */
  async standStill(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  /** Moves time on by `ms`, waking who is due on the way and letting each run before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#sleepers.filter((s) => s.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#sleepers = this.#sleepers.filter((s) => s !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }
}

import type { Clock } from '@postern/runtime';

/** Those who sleep until there may be something to do. */
export class Sleepers {
  readonly #clock: Clock;
  readonly #wakers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many sleep. */
  get count(): number {
    return this.#wakers.size;
  }

  wake(): void {
    for (const waker of this.#wakers) waker();
    this.#wakers.clear();
  }

  /** Sleeps until somebody wakes it, or so many milliseconds. */
  async sleep(atMostMs?: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wakers.add(resolve);
    if (atMostMs === undefined) return promise;
    const timer = new AbortController();
    const slept = this.#clock.sleep(Math.max(1, atMostMs), timer.signal).catch(() => {});
    await Promise.race([promise, slept]);
    timer.abort();
    // Where nothing comes nobody wakes: whoever has slept enough would be remembered for ever.
    this.#wakers.delete(resolve);
  }
}

import { TimeLimit } from './time-limit.ts';

/** A number of permits, handed out in the order they were asked for. */
export class Semaphore {
  #free: number;
  /** By how each is answered: with a permit, or that there is none. */
  readonly #waiting = new Set<(granted: boolean) => void>();
  #mayWait = true;

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether all permits are handed out. */
  get full(): boolean {
    return this.#free === 0;
  }

  /** Runs `work` when a permit is free. Undefined when none was in time, or the signal was aborted before. */
  async with<T>(waitMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (!this.#takeAtOnce(signal) && !(await this.#take(waitMs, signal))) return undefined;
    try {
      return await work();
    } finally {
      this.#giveBack();
    }
  }

  /** From now on nobody waits: whoever does has none, and whoever comes takes a permit that is free or none. */
  refuseWaiting(): void {
    this.#mayWait = false;
    for (const answer of this.#waiting) answer(false);
    this.#waiting.clear();
  }

  #takeAtOnce(signal: AbortSignal): boolean {
    if (signal.aborted || this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  async #take(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted || !this.#mayWait) return false;
    const limit = new TimeLimit(waitMs, signal);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.add(resolve);
    limit.signal.addEventListener('abort', () => resolve(!this.#waiting.delete(resolve)), { once: true });
    const taken = await promise;
    limit.end();
    return taken;
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next(true);
  }
}

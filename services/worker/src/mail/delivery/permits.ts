/** A number of permits, handed out in the order they were asked for. */
export class Permits {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs `work` when a permit is free. Undefined when the signal was aborted before one was. */
  async with<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (!(await this.#take(signal))) return undefined;
    try {
      return await work();
    } finally {
      this.#giveBack();
    }
  }

  #take(signal: AbortSignal): Promise<boolean> | boolean {
    if (signal.aborted) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const abort = () => {
      this.#waiting.delete(granted);
      resolve(false);
    };
    const granted = () => {
      signal.removeEventListener('abort', abort);
      resolve(true);
    };
    this.#waiting.add(granted);
    signal.addEventListener('abort', abort, { once: true });
    return promise;
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

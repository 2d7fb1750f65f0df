import { isDataError } from '@postern/runtime';

interface CoalescerOptions<Item, Result> {
  /** Items in one run at most; what is beyond waits for the next. */
  max: number;
  /** How long the first item waits for company, in milliseconds. 0 gathers what the current turn of the loop brings. */
  lingerMs: number;
  /**
   * Gets 1 to `max` items and answers for each, in order. All or nothing: when it throws, nothing was done. A value that
   * the database refuses or the program cannot write down is one member's, so they then run one by one; any other error is
   * that of each item's caller.
   */
  run: (items: Item[]) => Promise<readonly Result[]>;
  /** Milliseconds that only go forward (default `performance.now`). */
  now?: () => number;
}

/**
 * Every statement has a limit of time, and runs repeat few of them: one that takes longer is not waiting for a database that is away,
 * it has lost its way, and all that come after it wait behind.
 */
const STALL_MS = 300_000;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers what many callers ask at about the same time into one statement. One run is under way at a time: under load
 * the next one takes all that came meanwhile, so batches grow with the load and a lone caller hardly waits. A member that
 * the database refuses fails alone, and not those who came at the same moment.
 */
export class Coalescer<Item, Result> {
  readonly #options: CoalescerOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #runSince: number | undefined;

  constructor(options: CoalescerOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that wait for their run. */
  get size(): number {
    return this.#waiting.length;
  }

  /** For liveness: what is wrong when a run does not end. */
  stalled(): string | undefined {
    if (this.#runSince === undefined) return undefined;
    const age = this.#now() - this.#runSince;
    return age > STALL_MS ? `a batch has been under way for ${Math.round(age / 1000)} s` : undefined;
  }

  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ item, resolve, reject });
    if (this.#waiting.length >= this.#options.max) this.#start();
    else this.#schedule();
    return promise;
  }

  /** Runs what waits now without lingering; resolves when all of that has run, well or not. Under load there is always more that has come since. */
  async flush(): Promise<void> {
    const last = this.#waiting.at(-1);
    await this.#running;
    while (last && this.#waiting.includes(last)) {
      this.#start();
      await this.#running;
    }
  }

  #schedule(): void {
    if (this.#running || this.#cancel) return;
    const { lingerMs } = this.#options;
    const start = () => this.#start();
    if (lingerMs > 0) {
      const timer = setTimeout(start, lingerMs);
      this.#cancel = () => clearTimeout(timer);
    } else {
      // A timer of 0 ms takes 1 ms at least; an immediate runs as soon as the callbacks of this turn have asked.
      const immediate = setImmediate(start);
      this.#cancel = () => clearImmediate(immediate);
    }
  }

  #start(): void {
    if (this.#running || this.#waiting.length === 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#running = this.#run(this.#waiting.splice(0, this.#options.max)).finally(() => {
      this.#running = undefined;
      if (this.#waiting.length >= this.#options.max) this.#start();
      else if (this.#waiting.length > 0) this.#schedule();
    });
  }

  async #run(batch: Waiting<Item, Result>[]): Promise<void> {
    this.#runSince = this.#now();
    try {
      const results = await this.#answers(batch);
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as Result);
      });
    } catch (error) {
      if (batch.length > 1 && blamesAMember(error)) {
        for (const one of batch) await this.#run([one]);
        return;
      }
      for (const { reject } of batch) reject(error);
    } finally {
      this.#runSince = undefined;
    }
  }

  #now(): number {
    return this.#options.now?.() ?? performance.now();
  }

  async #answers(batch: readonly Waiting<Item, Result>[]): Promise<readonly Result[]> {
    const results = await this.#options.run(batch.map(({ item }) => item));
    if (results.length === batch.length) return results;
    throw new Error(`a run over ${batch.length} items answered for ${results.length}`);
  }
}

function blamesAMember(error: unknown): boolean {
  return (
    isDataError(error) || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
  );
}

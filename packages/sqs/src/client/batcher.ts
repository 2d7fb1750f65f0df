import type { Clock } from '@postern/runtime';

interface BatcherOptions<Item> {
  maxItems: number;
  /** How many items a batch may take when this many wait; without it, `maxItems`. Frames take far more than ten. */
  grab?: (waiting: number) => number;
  /** Most bytes of a batch; items say theirs by `bytesOf`. */
  maxBytes?: number;
  bytesOf?: (item: Item) => number;
  /** How long an item may wait for company, in milliseconds. */
  lingerMs: number;
  /** How many batches may be under way at a time. */
  maxConcurrent: number;
  /** When nothing is under way, do not wait for company: what comes in this turn of the event loop goes. */
  eager?: boolean;
  clock: Clock;
  /** Deals with one batch, its failures included; must not throw. */
  run: (items: Item[]) => Promise<void>;
}

/** Gathers items into batches: full ones go at once, others after the linger. The base of sends, acks and heartbeats. */
export class Batcher<Item> {
  readonly #options: BatcherOptions<Item>;
  #waiting: Item[] = [];
  #underWay = 0;
  #lingering = false;
  #soon = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  /** Items that wait, not counting those in a batch under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get underWay(): number {
    return this.#underWay;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#schedule();
  }

  /** Sends what waits without lingering; resolves when nothing waits or is under way. */
  async flush(): Promise<void> {
    this.#drain(true);
    if (this.#underWay === 0 && this.#waiting.length === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  #schedule(): void {
    const { maxItems, eager, lingerMs, clock } = this.#options;
    const now = this.#waiting.length >= maxItems || this.#idle || lingerMs === 0 || (eager && this.#underWay === 0);
    if (now) {
      if (this.#soon) return;
      this.#soon = true;
      setImmediate(() => {
        this.#soon = false;
        this.#drain(this.#idle !== undefined || lingerMs === 0 || (eager === true && this.#underWay === 0));
      });
    } else if (!this.#lingering) {
      this.#lingering = true;
      void clock.sleep(lingerMs).then(() => {
        this.#lingering = false;
        this.#drain(true);
      });
    }
  }

  /** Starts full batches and, with `partial`, the last one too, as far as concurrency allows. */
  #drain(partial: boolean): void {
    const { maxItems, maxConcurrent } = this.#options;
    while (this.#waiting.length >= (partial ? 1 : maxItems) && this.#underWay < maxConcurrent) {
      this.#underWay += 1;
      void this.#options.run(this.#take()).then(() => this.#ended());
    }
    if (this.#waiting.length > 0 && this.#underWay < maxConcurrent) this.#schedule();
  }

  #take(): Item[] {
    const { maxItems, grab, maxBytes = Number.POSITIVE_INFINITY, bytesOf } = this.#options;
    const most = grab ? grab(this.#waiting.length) : maxItems;
    let count = 0;
    let bytes = 0;
    while (count < most && count < this.#waiting.length) {
      bytes += bytesOf ? bytesOf(this.#waiting[count] as Item) : 0;
      if (count > 0 && bytes > maxBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#waiting.length > 0) {
      this.#drain(this.#idle !== undefined || (this.#options.eager === true && this.#underWay === 0));
    } else if (this.#underWay === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
  }
}

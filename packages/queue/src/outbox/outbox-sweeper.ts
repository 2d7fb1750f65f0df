import type { OutboxMetrics } from './outbox-metrics.ts';
import type { OutboxSettings } from './outbox-options.ts';
import type { OutboxPublisher } from './outbox-publisher.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { Lease, OutboxStore } from './outbox-store.ts';

/** Rows with which a queue that is down is tried again. */
const PROBE_ROWS = 10;
const START = new Date(0);
/**
 * How far a sweep looks back behind the one before it, in milliseconds. A transaction that stays open longer than
 * this and the lease is found by the next full sweep.
 */
const OVERLAP_MS = 60_000;

/**
 * Finds what no hot path sends: rows of replicas that died, rows that were put off, and rows that were left here while
 * there was no room or their queue was down. Every replica runs one; SKIP LOCKED shares the rows among them.
 */
export class OutboxSweeper {
  readonly #store: OutboxStore;
  readonly #publisher: OutboxPublisher;
  readonly #metrics: OutboxMetrics;
  readonly #settings: OutboxSettings;
  /** Each queue known here, with the time up to which nothing due was left behind. */
  readonly #queues = new Map<string, Date>();
  #after = '';
  #fullAt = 0;
  #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #again = false;

  constructor(store: OutboxStore, publisher: OutboxPublisher, metrics: OutboxMetrics, settings: OutboxSettings) {
    this.#store = store;
    this.#publisher = publisher;
    this.#metrics = metrics;
    this.#settings = settings;
  }

  /** Has this queue swept from now on. */
  know(queue: string): void {
    if (!this.#queues.has(queue)) this.#queues.set(queue, START);
  }

  start(): void {
    if (this.#loop) return;
    this.#stopped = new AbortController();
    this.#loop = this.#run(this.#stopped.signal);
  }

  /** Sweeps now instead of at the next second. */
  wake(): void {
    this.#again = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#loop;
    this.#loop = undefined;
  }

  /** One sweep over everything that is due. Returns how many messages SQS took. */
  async sweep(): Promise<number> {
    this.#publisher.expire();
    // Without it, a sent row whose deletion lingers past its lease would be found here and sent again.
    await this.#publisher.settle();
    const now = this.#settings.clock.now();
    if (now.getTime() >= this.#fullAt) {
      for (const queue of await this.#store.queues()) this.#queues.set(queue, START);
      for (const queue of this.#queues.keys()) this.#queues.set(queue, START);
      this.#metrics.recount();
      this.#fullAt = now.getTime() + this.#settings.fullSweepMs;
    }
    const sent = await Promise.all([this.#sweepOrdered(), ...[...this.#queues.keys()].map((q) => this.#sweepQueue(q))]);
    return sent.reduce((sum, count) => sum + count, 0);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, sweepMs, logger } = this.#settings;
    while (!signal.aborted) {
      this.#again = false;
      try {
        await this.sweep();
      } catch (error) {
        logger.warn('the outbox cannot be swept at the moment', { error });
      }
      if (this.#again || signal.aborted) continue;
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      await clock.sleep(sweepMs, woken.signal).catch(() => undefined);
      this.#wake = undefined;
    }
  }

  async #sweepQueue(queue: string): Promise<number> {
    const { clock, sweepBatch } = this.#settings;
    let sent = 0;
    while (!this.#publisher.health.isClosed(queue)) {
      const now = clock.now();
      const limit = this.#publisher.health.isDown(queue) ? PROBE_ROWS : sweepBatch;
      const from = this.#queues.get(queue) ?? START;
      const rows = await this.#store.claim(queue, { from, now, limit }, this.#lease(now));
      if (rows.length < limit) {
        const clean = now.getTime() - OVERLAP_MS;
        if (clean > from.getTime()) this.#queues.set(queue, new Date(clean));
      }
      sent += await this.#publishAll(rows);
      if (rows.length < limit || this.#stopped.signal.aborted) break;
    }
    return sent;
  }

  async #sweepOrdered(): Promise<number> {
    const { clock } = this.#settings;
    let sent = 0;
    for (;;) {
      const now = clock.now();
      const queues = [...this.#queues.keys()].filter((queue) => !this.#publisher.health.isClosed(queue));
      const { rows, last } = await this.#store.claimOrdered({ after: this.#after, queues, now }, this.#lease(now));
      // A key whose row was sent may have its next one ready: only a round that sent nothing is over.
      const published = await this.#publishAll(rows);
      sent += published;
      this.#after = published > 0 ? this.#after : (last ?? '');
      if ((published === 0 && last === undefined) || this.#stopped.signal.aborted) return sent;
    }
  }

  async #publishAll(rows: readonly OutboxRow[]): Promise<number> {
    const results = await Promise.all(rows.map((row) => this.#publisher.publish(row)));
    return results.filter(Boolean).length;
  }

  #lease(now: Date): Lease {
    return { holder: this.#publisher.holder, until: new Date(now.getTime() + this.#settings.leaseMs) };
  }
}

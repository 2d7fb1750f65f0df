import type { Clock, Counter, Histogram, Metrics } from '@postern/runtime';
import type { OutboxStore } from './outbox-store.ts';

/** From a send that went straight through to one that waited out an hour of SQS being down, in seconds. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];
/** Counting stops here: an alert needs no better figure, and a scrape must not read millions of rows. */
const COUNT_AT_MOST = 100_000;

interface Lag {
  pending: number;
  dead: number;
  oldestSeconds: number;
}

/** What an operator sees of an outbox. */
export class OutboxMetrics {
  readonly #store: OutboxStore;
  readonly #latency: Histogram;
  readonly #outcomes: Counter;
  readonly #clock: Clock;
  #counting: Promise<Lag> | undefined;
  #from = 0;

  constructor(store: OutboxStore, { metrics, clock }: { metrics: Metrics; clock: Clock }) {
    this.#clock = clock;
    this.#store = store;
    this.#latency = metrics.histogram(
      'outbox_publish_latency_seconds',
      'From storing a message (or its available_at) until SQS has it',
      ['queue'],
      LATENCY_BUCKETS,
    );
    this.#outcomes = metrics.counter('outbox_messages_total', 'What became of messages of the outbox', [
      'queue',
      'outcome',
    ]);
    metrics.gauge(
      'outbox_pending',
      `Messages that could have been sent and are not, dead ones included (counted up to ${COUNT_AT_MOST} rows)`,
      [],
      async (gauge) => gauge.set(undefined, (await this.#count()).pending),
    );
    metrics.gauge(
      'outbox_oldest_seconds',
      'For how long the message that waits longest could have been sent; dead ones do not wait',
      [],
      async (gauge) => gauge.set(undefined, (await this.#count()).oldestSeconds),
    );
    metrics.gauge(
      'outbox_dead',
      'Messages that could not be sent, and are not retried before an operator asks for it',
      [],
      async (gauge) => gauge.set(undefined, (await this.#count()).dead),
    );
  }

  sent(queue: string, seconds: number): void {
    this.#latency.labels({ queue }).observe(Math.max(0, seconds));
    this.#outcomes.labels({ queue, outcome: 'sent' }).inc();
  }

  failed(queue: string, outcome: 'retried' | 'dead' | 'queue_down'): void {
    this.#outcomes.labels({ queue, outcome }).inc();
  }

  /** The next count begins at the table's start again, to find rows that committed late. */
  recount(): void {
    this.#from = 0;
  }

  /** One statement for both gauges of a scrape. */
  #count(): Promise<Lag> {
    this.#counting ??= this.#read().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #read(): Promise<Lag> {
    // From the first row seen last time on: deleted rows that are not purged yet make the head of the table slow.
    const now = this.#clock.now();
    const { waiting, dead, first, oldest } = await this.#store.count(this.#from, COUNT_AT_MOST, now);
    this.#from = first ?? this.#from;
    const ageMs = oldest ? now.getTime() - oldest.getTime() : 0;
    return { pending: waiting, dead, oldestSeconds: Math.max(0, ageMs / 1000) };
  }
}

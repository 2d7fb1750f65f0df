import type { Clock, Counter, Histogram, Metrics } from '@postern/runtime';
import { COUNT_AT_MOST, type Lag, type OutboxLag } from './outbox-lag.ts';

/** From a send that went straight through to one that waited out an hour of SQS being down, in seconds. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** What an operator sees of an outbox. */
export class OutboxMetrics {
  readonly #lag: OutboxLag;
  readonly #latency: Histogram;
  readonly #outcomes: Counter;
  readonly #clock: Clock;
  #counting: Promise<Lag> | undefined;

  constructor(lag: OutboxLag, { metrics, clock }: { metrics: Metrics; clock: Clock }) {
    this.#clock = clock;
    this.#lag = lag;
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
      `Messages that could have been sent and are not, dead ones included (counted up to ${COUNT_AT_MOST} rows of a queue)`,
      [],
      async (gauge) => gauge.set(undefined, (await this.#count()).waiting),
    );
    metrics.gauge(
      'outbox_oldest_seconds',
      'For how long the message that waits longest could have been sent; dead ones do not wait',
      [],
      async (gauge) => {
        const { oldest } = await this.#count();
        const ageMs = oldest ? this.#clock.now().getTime() - oldest.getTime() : 0;
        gauge.set(undefined, Math.max(0, ageMs / 1000));
      },
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

  /** @param outcome `lapsed`: its lease was nearly over before it had its turn */
  failed(queue: string, outcome: 'retried' | 'dead' | 'queue_down' | 'lapsed'): void {
    this.#outcomes.labels({ queue, outcome }).inc();
  }

  /** One statement for all gauges of a scrape. */
  #count(): Promise<Lag> {
    this.#counting ??= this.#lag.read().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }
}

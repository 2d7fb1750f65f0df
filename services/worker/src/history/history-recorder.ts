import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Logger, RecurringWarnings } from '@postern/runtime';
import type { QueueConsumer } from '@postern/sqs';
import type { QueueCounts, QueueHistory } from './queue-history.ts';

const MINUTE_MS = 60_000;
/** Replicas write one after the other in this time after each minute. */
const SPREAD_MS = 5_000;
/** How long a stop waits for its last write, in milliseconds. */
const TIMEOUT_MS = 500;
/** How often what is past its time is deleted, in minutes. */
const PRUNE_EVERY = 15;

type Counted = Pick<QueueConsumer, 'queue' | 'counts' | 'paused'>;

interface HistoryRecorderOptions {
  logger: Logger;
  clock: Clock;
  /** From 0 to 1. */
  random?: () => number;
}

/**
 * Adds what this replica did in each minute to the history of its queues. Nothing depends on it: what cannot be written is a warning, and
 * a gap in the charts.
 */
export class HistoryRecorder {
  readonly #history: Pick<QueueHistory, 'add' | 'prune'>;
  readonly #options: HistoryRecorderOptions;
  readonly #warnings: RecurringWarnings;
  readonly #ending = new AbortController();
  #recording: Promise<void> | undefined;

  constructor(history: Pick<QueueHistory, 'add' | 'prune'>, options: HistoryRecorderOptions) {
    this.#history = history;
    this.#options = options;
    this.#warnings = new RecurringWarnings(options);
  }

  start(consumers: readonly Counted[]): void {
    this.#recording ??= this.#record(consumers);
  }

  /** Writes what is left, if the database takes it soon: a stop must not wait for a chart. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.race([this.#recording, sleep(TIMEOUT_MS, undefined, { ref: false })]);
  }

  async #record(consumers: readonly Counted[]): Promise<void> {
    const { clock, random = Math.random } = this.#options;
    const { signal } = this.#ending;
    const spreadMs = random() * SPREAD_MS;
    let before = consumers.map((consumer) => consumer.counts());
    while (!signal.aborted) {
      const now = clock.now().getTime();
      const nextMinute = now - (now % MINUTE_MS) + MINUTE_MS;
      await clock.sleep(nextMinute + spreadMs - now, signal).catch(() => undefined);
      // What a replica that stops has counted since the last minute is written, too: short-lived ones would not show at all.
      const counts = consumers.map((consumer) => consumer.counts());
      const minute = Math.floor((clock.now().getTime() - (signal.aborted ? 0 : MINUTE_MS / 2)) / MINUTE_MS);
      await this.#write(
        minute,
        consumers.map((consumer, index) => difference(consumer, counts[index], before[index])),
      );
      before = counts;
    }
  }

  async #write(minute: number, counts: readonly QueueCounts[]): Promise<void> {
    try {
      await this.#history.add((minute * MINUTE_MS) / 1_000, counts);
      if (minute % PRUNE_EVERY === 0) await this.#history.prune();
      this.#warnings.recovered('history', 'the history of the queues is written again', {});
    } catch (error) {
      const message = 'the history of the queues cannot be written; its charts have a gap';
      this.#warnings.warn('history', message, { error });
    }
  }
}

type Counts = ReturnType<QueueConsumer['counts']>;

function difference({ queue, paused }: Counted, now: Counts | undefined, before: Counts | undefined): QueueCounts {
  const less = (values: readonly number[] = [], others: readonly number[] = []) =>
    values.map((value, index) => value - (others[index] ?? 0));
  const [done = 0, failed = 0, dead = 0] = less(totals(now), totals(before));
  const { waiting } = now ?? {};
  return {
    ...{ queue, paused, waiting, done, failed, dead },
    ...{ times: less(now?.times, before?.times), waits: less(now?.waits, before?.waits) },
  };
}

function totals(counts: Counts | undefined): number[] {
  return counts ? [counts.done, counts.failed, counts.dead] : [];
}

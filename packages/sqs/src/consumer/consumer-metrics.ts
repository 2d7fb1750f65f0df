import type { Metrics } from '@postern/runtime';

/** What became of one delivery. */
export type Outcome = 'done' | 'retry' | 'dead' | 'lost' | 'returned';

/** Types come from messages, so that a broken sender could make them without end: past this many the others share one label. */
const MAX_TYPES = 200;
/** Of all types that are not among those that were named. */
const UNKNOWN = 'unknown';

/** Upper bounds of the histograms of handlers' times and of messages' ages, in seconds. */
export const TIME_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
export const WAIT_BOUNDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200, 43_200] as const;

/** What a consumer has done since its start. */
export interface ConsumerCounts {
  done: number;
  /** Runs that failed, whether they are tried again or not. */
  failed: number;
  dead: number;
  /** By the bounds of `TIME_BOUNDS`, not cumulated, and one more for what took longer. */
  times: number[];
  /** The same by `WAIT_BOUNDS`: from the send to the start of the handler. */
  waits: number[];
}

interface Buckets {
  observe(seconds: number): void;
  readonly counts: readonly number[];
  readonly count: number;
}

interface Series {
  outcomes: Record<Outcome, { inc(by?: number): void; readonly value: number }>;
  retries: { inc(): void; readonly value: number };
  duration: Buckets;
}

/** Instruments shared by all consumers of a process: a metric's name is registered once. */
class Instruments {
  readonly processed;
  readonly retries;
  readonly duration;
  readonly age;
  readonly depth;
  readonly drain;
  readonly errors;
  readonly running;

  constructor(metrics: Metrics) {
    this.processed = metrics.counter('queue_messages_processed_total', 'Messages by what became of them', [
      'queue',
      'type',
      'outcome',
    ]);
    this.retries = metrics.counter('queue_retries_total', 'Runs of a handler that failed and are tried again', [
      'queue',
      'type',
    ]);
    this.duration = metrics.histogram(
      'queue_message_duration_seconds',
      'Time that a handler took',
      ['queue', 'type'],
      TIME_BOUNDS,
    );
    this.age = metrics.histogram(
      'queue_message_age_seconds',
      'Time from the send to the start of the handler',
      ['queue'],
      WAIT_BOUNDS,
    );
    // Every replica reports the same: `max by (queue, state)`.
    this.depth = metrics.gauge('queue_depth', 'Messages in the queue, about, as SQS counts them', ['queue', 'state']);
    this.drain = metrics.gauge('queue_time_to_drain_seconds', 'Messages waiting, by the recent speed', ['queue']);
    this.errors = metrics.counter('queue_call_errors_total', 'Calls to SQS, or entries of them, that failed', [
      'queue',
      'call',
    ]);
    this.running = metrics.gauge('queue_handlers_running', 'Handlers running, and their limit', ['queue', 'what']);
  }
}

const instruments = new WeakMap<Metrics, Instruments>();

function instrumentsOf(metrics: Metrics): Instruments {
  let made = instruments.get(metrics);
  if (!made) {
    made = new Instruments(metrics);
    instruments.set(metrics, made);
  }
  return made;
}

/** Counts what one consumer does. Without a registry it counts nothing and costs nothing. */
export class ConsumerMetrics {
  readonly #queue: string;
  readonly #instruments: Instruments | undefined;
  readonly #known: ReadonlySet<string> | undefined;
  readonly #types = new Map<string, Series>();
  readonly #age: Buckets | undefined;

  /**
   * @param types those that are known to come: their series begin at 0, so that an alert on `increase` sees the first event of each,
   *   and all others are counted as one, so that no forged type takes a label from a genuine one. Undefined: whatever comes, 200 of them
   */
  constructor(queue: string, metrics: Metrics | undefined, types?: readonly string[]) {
    this.#queue = queue;
    this.#instruments = metrics && instrumentsOf(metrics);
    this.#age = this.#instruments?.age.labels({ queue });
    // What cannot be read has no type.
    this.#known = types && new Set(['', UNKNOWN, ...types]);
    for (const type of this.#known ?? ['']) this.#series(type);
  }

  /** All of it so far: read from what is counted anyway. */
  counts(): ConsumerCounts {
    const all = [...this.#types.values()];
    const sum = (of: (series: Series) => number) => all.reduce((total, series) => total + of(series), 0);
    const dead = sum(({ outcomes }) => outcomes.dead.value);
    const times = TIME_BOUNDS.map((_, index) => sum(({ duration }) => duration.counts[index] ?? 0));
    return {
      done: sum(({ outcomes }) => outcomes.done.value),
      failed: sum(({ retries }) => retries.value) + dead,
      dead,
      times: [...times, sum(({ duration }) => duration.count) - times.reduce((total, count) => total + count, 0)],
      waits: this.#age ? withRest(this.#age) : WAIT_BOUNDS.map(() => 0),
    };
  }

  started(ageMs: number): void {
    this.#age?.observe(Math.max(0, ageMs) / 1_000);
  }

  ended(type: string, outcome: Outcome, tookMs: number | undefined): void {
    const series = this.#series(type);
    if (!series) return;
    series.outcomes[outcome].inc();
    if (tookMs !== undefined) series.duration.observe(tookMs / 1_000);
  }

  retried(type: string): void {
    this.#series(type)?.retries.inc();
  }

  callFailed(call: string, count = 1): void {
    this.#instruments?.errors.labels({ queue: this.#queue, call }).inc(count);
  }

  /** @param depth undefined: SQS does not say */
  setDepth(depth: { visible: number; inFlight: number; delayed: number } | undefined): void {
    const states = { waiting: depth?.visible, in_flight: depth?.inFlight, delayed: depth?.delayed };
    for (const [state, count] of Object.entries(states)) {
      const labels = { queue: this.#queue, state };
      if (count === undefined) this.#instruments?.depth.remove(labels);
      else this.#instruments?.depth.set(labels, count);
    }
  }

  /** @param seconds undefined: no figure is right */
  setDrainSeconds(seconds: number | undefined): void {
    const labels = { queue: this.#queue };
    if (seconds === undefined) this.#instruments?.drain.remove(labels);
    else this.#instruments?.drain.set(labels, seconds);
  }

  setRunning(running: number, limit: number): void {
    this.#instruments?.running.set({ queue: this.#queue, what: 'running' }, running);
    this.#instruments?.running.set({ queue: this.#queue, what: 'limit' }, limit);
  }

  #series(type: string): Series | undefined {
    if (!this.#instruments) return undefined;
    if (this.#known && !this.#known.has(type)) return this.#series(UNKNOWN);
    const known = this.#types.get(type);
    if (known) return known;
    if (this.#types.size >= MAX_TYPES && type !== 'other') return this.#series('other');
    const { processed, retries, duration } = this.#instruments;
    const queue = this.#queue;
    const made: Series = {
      outcomes: {
        done: processed.labels({ queue, type, outcome: 'done' }),
        retry: processed.labels({ queue, type, outcome: 'retry' }),
        dead: processed.labels({ queue, type, outcome: 'dead' }),
        lost: processed.labels({ queue, type, outcome: 'lost' }),
        returned: processed.labels({ queue, type, outcome: 'returned' }),
      },
      retries: retries.labels({ queue, type }),
      duration: duration.labels({ queue, type }),
    };
    this.#types.set(type, made);
    return made;
  }
}

function withRest({ counts, count }: Buckets): number[] {
  return [...counts, count - counts.reduce((sum, each) => sum + each, 0)];
}

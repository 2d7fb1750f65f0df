import { RowWriter } from '@postern/durable';
import { type Clock, type Database, idToBytes, type Logger, newId, RecurringWarnings } from '@postern/runtime';
import type { Exchange } from '../exchange.ts';
import { furtherTrace } from '../further-trace.ts';
import { failureText } from './request-failure.ts';

const TABLE = 'request_records';
/** As long as the table's columns. */
const MAX_METHOD = 10;
const MAX_ROUTE = 190;
const MAX_FAILURE = 300;
/** How long a request waits for others to be written down with, in milliseconds. */
const LINGER_MS = 250;
/** Requests that wait while the database does not answer; those after them are left out. */
const MOST_WAITING = 5_000;
/** Of what was refused or failed, so many a minute: anybody may be refused as often as they like. */
const FAILURES_A_MINUTE = 300;
const MINUTE_MS = 60_000;
/** What they answer with success has changed nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

interface RequestRecordsOptions {
  logger: Logger;
  clock?: Clock;
  /** How long a record is kept (http-sweeps.ts deletes it then); with 0 there are none. */
  days: number;
}

/**
 * Keeps of requests their method, route, status and time, for traces: of those that change something, and of those that were refused or
 * failed, 300 a minute of these. They are written after their answer, hundreds in one statement, and none waits for it: a process that is killed
 * loses those of the last moment.
 */
export class RequestRecords {
  readonly #clock: Clock;
  readonly #days: number;
  readonly #rows: RowWriter<Record<string, unknown>>;
  #minute = { since: Number.NEGATIVE_INFINITY, failures: 0 };

  constructor(database: Database, { logger, days, clock = database.clock }: RequestRecordsOptions) {
    this.#clock = clock;
    this.#days = days;
    this.#rows = new RowWriter({
      ...{ lingerMs: LINGER_MS, most: MOST_WAITING },
      write: (rows) => database.sql(TABLE).insert(rows),
      says: {
        fails: 'requests cannot be written down: they are answered, and their traces lack them',
        works: 'requests are written down for their traces again',
      },
      warnings: new RecurringWarnings({ logger, clock }),
    });
  }

  /** Writes down what was answered, should it be worth a record. */
  answered({ request: { method = '' }, context, metrics, failure }: Exchange, status: number): void {
    if (this.#days === 0 || !this.#isWorth(method, status)) return;
    const tookMs = Math.ceil(performance.now() - context.startedAt);
    const trace = furtherTrace(context);
    void this.#rows.add({
      id: idToBytes(newId()),
      request_id: context.requestId,
      trace_id: trace && Buffer.from(trace, 'hex'),
      at: new Date(this.#clock.now().getTime() - tookMs),
      took_ms: tookMs,
      method: method.slice(0, MAX_METHOD),
      route: metrics.route.slice(0, MAX_ROUTE),
      status,
      failure: failure ? failureText(failure, MAX_FAILURE) : null,
    });
  }

  /** Resolves when what was answered until now is written down. */
  flush(): Promise<void> {
    return this.#rows.flush();
  }

  /** For liveness: what is wrong when a statement hangs. */
  stalled(): string | undefined {
    return this.#rows.stalled();
  }

  #isWorth(method: string, status: number): boolean {
    if (status < 400) return !SAFE.has(method);
    const now = this.#clock.monotonic();
    if (now - this.#minute.since >= MINUTE_MS) this.#minute = { since: now, failures: 0 };
    this.#minute.failures += 1;
    return this.#minute.failures <= FAILURES_A_MINUTE;
  }
}

import { RowWriter } from '@postern/durable';
import { type Clock, type Database, idToBytes, type Logger, newId, RecurringWarnings } from '@postern/runtime';
import type { Exchange } from '../exchange.ts';
import { furtherTrace } from '../further-trace.ts';
import { addressSite } from '../read-address.ts';
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
/**
 * So many a minute of what was refused, of what failed, and of what each client did: anybody may be refused, or have an answer repeated, as often as
 * they like, and whoever is refused all the time must not hide what fails.
 */
const A_MINUTE = 300;
const MINUTE_MS = 60_000;
/**
 * Of these, so many a minute are found by each person: an erasure removes in one transaction what they had refused in all the days that records
 * are kept.
 */
const A_MINUTE_OF_PERSON = 10;
/** Clients counted in a minute; those after them count as one. */
const MOST_CLIENTS = 10_000;
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
 * failed: 300 a minute of each of the two, and of each client. They are written after their answer, hundreds in one statement, and none waits for it: a process that is killed
 * loses those of the last moment.
 */
export class RequestRecords {
  readonly #clock: Clock;
  readonly #days: number;
  readonly #rows: RowWriter<Record<string, unknown>>;
  #minute = { since: Number.NEGATIVE_INFINITY, counts: new Map<string, number>() };

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
  answered(exchange: Exchange, status: number): void {
    if (this.#days === 0 || !this.#isWorth(exchange, status)) return;
    const { request, context, metrics, failure, userId } = exchange;
    const { method = '' } = request;
    const tookMs = Math.ceil(performance.now() - context.startedAt);
    const trace = furtherTrace(context);
    void this.#rows.add({
      id: idToBytes(newId()),
      request_id: context.requestId,
      trace_id: trace && Buffer.from(trace, 'hex'),
      // What went well the audit log knows by its person.
      user_id:
        userId !== undefined && status >= 400 && this.#count(userId) <= A_MINUTE_OF_PERSON ? idToBytes(userId) : null,
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

  #isWorth({ request: { method = '' }, context }: Exchange, status: number): boolean {
    if (status < 400 && SAFE.has(method)) return false;
    const now = this.#clock.monotonic();
    if (now - this.#minute.since >= MINUTE_MS) this.#minute = { since: now, counts: new Map() };
    const { counts } = this.#minute;
    const kind = status >= 500 ? 'failed' : status >= 400 ? 'refused' : addressSite(context.address);
    const counted = counts.has(kind) || status >= 400 || counts.size < MOST_CLIENTS ? kind : 'others';
    return this.#count(counted) <= A_MINUTE;
  }

  /** One more in this minute; how many that makes. */
  #count(what: string): number {
    const { counts } = this.#minute;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    return count;
  }
}

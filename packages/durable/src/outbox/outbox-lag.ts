import { type Database, toDate } from '@postern/runtime';
import type { Knex } from 'knex';
import type { OutboxSettings } from './outbox-options.ts';
import { overlap, START } from './overlap.ts';
import type { QueueNames } from './queue-names.ts';

/** Counting stops here: an alert needs no better figure, and a scrape must not read millions of rows. */
export const COUNT_AT_MOST = 100_000;

export interface Lag {
  /** Rows whose message could have been sent by now, dead ones included. */
  waiting: number;
  /** Rows that are not tried any more. */
  dead: number;
  /** Since when the longest waiting message could have been sent. */
  oldest: Date | undefined;
}

/** Counts what is late, not what waits for its time: a million reminders for next week must hide no message that is stuck behind them. */
export class OutboxLag {
  readonly #database: Database;
  readonly #queues: QueueNames;
  readonly #settings: Pick<OutboxSettings, 'clock' | 'leaseMs' | 'rowCeilingMs'>;
  readonly #atMost: number;
  /** Up to when no row was due. */
  #clean: Date;
  #recount = true;

  constructor(
    database: Database,
    queues: QueueNames,
    settings: Pick<OutboxSettings, 'clock' | 'leaseMs' | 'rowCeilingMs'>,
    atMost = COUNT_AT_MOST,
  ) {
    this.#database = database;
    this.#queues = queues;
    this.#settings = settings;
    this.#atMost = atMost;
    this.#clean = overlap(settings.clock.now());
  }

  /** The next count begins at the start again, to find rows that committed late. */
  recount(): void {
    this.#recount = true;
  }

  async read(): Promise<Lag> {
    const { sql } = this.#database;
    const now = this.#settings.clock.now();
    const from = this.#recount ? START : this.#clean;
    // One that fails, over more deleted rows than there is time for, must not fail all that come after it.
    this.#recount = false;
    const rows = this.#rows(await this.#queues.all(), from, now).map((each, n) =>
      sql.select('*').from(each.as(`part${n}`)),
    );
    const [found] = await sql
      .from(sql.unionAll(rows).as('late'))
      .min('due_at as first')
      .select(sql.raw('MIN(CASE WHEN due_at IS NOT NULL THEN since END) AS oldest'))
      .select(sql.raw('COUNT(CASE WHEN since <= ? THEN 1 END) AS waiting', [now]))
      .select(sql.raw('COUNT(CASE WHEN due_at IS NULL THEN 1 END) AS dead'));
    // From the first row seen on: deleted rows that are not purged yet make the head of the index slow.
    const first = toDate(found?.first)?.getTime() ?? Number.POSITIVE_INFINITY;
    if (!this.#recount) this.#clean = new Date(Math.min(first, overlap(now).getTime()));
    const oldest = toDate(found?.oldest) ?? undefined;
    return {
      waiting: Number(found?.waiting ?? 0),
      dead: Number(found?.dead ?? 0),
      oldest: oldest && oldest <= now ? oldest : undefined,
    };
  }

  /** By the index of each queue: what is dead, and what is due or leased or backs off. And what is ordered, by its keys. */
  #rows(queues: readonly string[], from: Date, now: Date): Knex.QueryBuilder[] {
    const { sql, dialect } = this.#database;
    const { rowCeilingMs, leaseMs } = this.#settings;
    const until = new Date(now.getTime() + rowCeilingMs + leaseMs);
    const some = (of: string | Knex.Raw) =>
      sql(of).limit(this.#atMost).select('due_at', sql.raw('COALESCE(available_at, created_at) AS since'));
    // By itself the server may look for what is dead among all that has no key: every row.
    const byDue = dialect === 'mysql' ? sql.raw('outbox FORCE INDEX (outbox_due)') : 'outbox';
    const unordered = queues.flatMap((queue) => {
      const of = () => some(byDue).where({ queue }).whereNull('order_key');
      const due = of().where('due_at', '>=', from).where('due_at', '<=', until);
      return [of().whereNull('due_at'), due.orderBy('due_at')];
    });
    return [...unordered, some('outbox').whereNotNull('order_key').orderBy('order_key')];
  }
}

import { type Database, forUpdateSkipLocked, isDataError, plainText, type Sql } from '@postern/runtime';
import { fitting } from '../sql/fitting.ts';
import { persistently } from '../sql/persistently.ts';
import { type messageColumns, type OutboxRecord, type OutboxRow, toOutboxRow } from './outbox-row.ts';

const TABLE = 'outbox';
/** Order keys looked at in one claim. */
const KEYS_AT_ONCE = 500;
/** SQLite takes 32,766 parameters in a statement; a row has ten. */
const INSERT_AT_ONCE = 500;

/** Whose a lease is, and when one ends that is taken at the moment. */
export interface RowLease {
  holder: string;
  end: () => Date;
}

/** Rows that were claimed, and until when they are leased. */
interface Claimed {
  rows: OutboxRow[];
  until: Date;
}

export interface NewRow extends Pick<OutboxRow, 'queue' | 'orderKey' | 'createdAt' | 'availableAt'> {
  /** What of its message goes into which column. */
  message: ReturnType<typeof messageColumns>;
  dueAt: Date;
  holder: string | undefined;
}

/** The statements by which rows of the outbox are written, claimed, put off and removed. */
export class OutboxStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Stores one row in the caller's transaction and returns its id. */
  async insert({ sql }: Sql, row: NewRow): Promise<number> {
    const [id] = await sql(TABLE).insert(columns(row));
    return Number(id);
  }

  /** Stores many rows in the caller's transaction, in their order. */
  async insertMany({ sql }: Sql, rows: readonly NewRow[]): Promise<void> {
    for (let rest = rows; rest.length > 0; ) {
      const some = fitting(rest.slice(0, INSERT_AT_ONCE), ({ message }) => Buffer.byteLength(message.body));
      await sql(TABLE).insert(some.map(columns));
      rest = rest.slice(some.length);
    }
  }

  /**
   * Takes up to `limit` unordered rows of a queue that are due, oldest first. The lease is committed before anything
   * is sent: no row lock is held while the network is waited for.
   *
   * @param from rows due at or before it are not looked for: where a purge lags behind, the deleted rows at the head
   *   of the index are what makes a queue table slow
   */
  async claim(
    queue: string,
    { from, now, limit }: { from: Date; now: Date; limit: number },
    lease: RowLease,
  ): Promise<Claimed & { more: boolean }> {
    for (let passed = 0; ; passed += limit) {
      // Without locks: a locking read looks up each deleted row that a purge has not reached, three pages for each.
      const due = await this.#database
        .sql(TABLE)
        .where('queue', queue)
        .whereNull('order_key')
        .where('due_at', '>', from)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .offset(passed)
        .select<{ id: number }[]>('id');
      const ids = due.map(({ id }) => id);
      const { rows, until } = await this.#lease(ids, [queue], lease, now);
      // Only a look that finds nothing is the last: a row that is locked at the moment is skipped, not seen. When others
      // have all of these, there may be some behind them.
      if (rows.length > 0 || due.length < limit) return { rows, until, more: passed + due.length > 0 };
    }
  }

  /**
   * Takes the oldest row of each order key, where it is due. A key whose oldest row is leased, backs off or is dead
   * waits as a whole. Returns the last key looked at when there may be more.
   */
  async claimOrdered(
    { after, queues, now }: { after: string; queues: readonly string[]; now: Date },
    lease: RowLease,
  ): Promise<Claimed & { last: string | undefined }> {
    if (queues.length === 0) return { rows: [], until: now, last: undefined };
    const heads = await this.#database
      .sql<OutboxRecord>(TABLE)
      .where('order_key', after === '' ? '>=' : '>', after)
      .groupBy('order_key')
      .orderBy('order_key')
      .select('order_key')
      .min<{ order_key: string; id: number }[]>('id as id')
      .limit(KEYS_AT_ONCE);
    const last = heads.length === KEYS_AT_ONCE ? heads.at(-1)?.order_key : undefined;
    const ids = heads.map(({ id }) => id);
    return { ...(await this.#lease(ids, queues, lease, now)), last };
  }

  /** Removes rows that were sent, by primary key: a range would lock what others are inserting. */
  async remove(ids: readonly number[]): Promise<void> {
    await persistently(() => this.#database.sql(TABLE).whereIn('id', ids).delete());
  }

  /** Gives rows back until `dueAt`; only those this holder still has. */
  async release(ids: readonly number[], holder: string, dueAt: Date, lastError?: string): Promise<void> {
    await inAnyLetters(lastError, (last_error) =>
      this.#database
        .sql(TABLE)
        .whereIn('id', ids)
        .where('holder', holder)
        .update({ holder: null, due_at: dueAt, ...(last_error === undefined ? {} : { last_error }) }),
    );
  }

  /** Counts a row's own failure. Without `dueAt` the row is dead. */
  async fail(id: number, holder: string, { dueAt, error }: { dueAt: Date | null; error: string }): Promise<void> {
    await inAnyLetters(error, (last_error) =>
      this.#database
        .sql(TABLE)
        .where({ id, holder })
        .increment('attempts', 1)
        .update({ holder: null, due_at: dueAt, last_error }),
    );
  }

  /** The first queue between these names that has rows, found by one step into the index: DISTINCT would read all of it. */
  async queueBetween(after: string, before: string | undefined): Promise<string | undefined> {
    const between = this.#database.sql<OutboxRecord>(TABLE).where('queue', '>', after);
    if (before !== undefined) between.where('queue', '<', before);
    const [found] = await between.min<{ name: string | null }[]>('queue as name');
    return found?.name ?? undefined;
  }

  /** How many rows there are. */
  async count(): Promise<number> {
    const [found] = await this.#database.sql(TABLE).count({ rows: 'id' });
    return Number(found?.rows ?? 0);
  }

  /** Leases those of the rows that are still due and that nobody else has locked, as many as memory may hold at a time. */
  async #lease(ids: readonly number[], queues: readonly string[], lease: RowLease, now: Date): Promise<Claimed> {
    if (ids.length === 0) return { rows: [], until: now };
    return this.#database.transaction(async ({ sql, dialect }) => {
      const due = sql(TABLE)
        .whereIn('id', ids)
        .whereIn('queue', queues)
        .where('due_at', '<=', now)
        .orderBy('id')
        .select('id', sql.raw('LENGTH(body) AS size'));
      const found: { id: number; size: number }[] = await forUpdateSkipLocked(due, dialect);
      if (found.length === 0) return { rows: [], until: now };
      // The others are free again after COMMIT.
      const held = fitting(found, ({ size }) => size).map(({ id }) => id);
      // It counts from here, not from before a connection and a lock were waited for: a slow database would leave nothing of it.
      const until = lease.end();
      await sql(TABLE).whereIn('id', held).update({ holder: lease.holder, due_at: until });
      const records = await sql<OutboxRecord>(TABLE).whereIn('id', held).orderBy('id');
      return { rows: records.map((record) => toOutboxRow(record, now)), until };
    });
  }
}

function columns(row: NewRow) {
  return {
    queue: row.queue,
    ...row.message,
    order_key: row.orderKey ?? null,
    created_at: row.createdAt,
    available_at: row.availableAt ?? null,
    due_at: row.dueAt,
    holder: row.holder ?? null,
  };
}

/** Writes what was said of rows; in plain letters where the column has no others, or they would come again for ever. */
async function inAnyLetters<Text extends string | undefined>(
  text: Text,
  write: (text: Text) => PromiseLike<unknown>,
): Promise<void> {
  try {
    await persistently(() => write(text));
  } catch (error) {
    if (text === undefined || !isDataError(error)) throw error;
    await persistently(() => write(plainText(text) as Text));
  }
}

import { type Clock, Columns, column, type Database, type Logger, toDate } from '@postern/runtime';

/** A message that could not be sent and is not tried any more. */
interface DeadRow {
  row: number;
  queue: string;
  messageId: string;
  type: string;
  orderKey: string | undefined;
  createdAt: Date;
  attempts: number;
  lastError: string | undefined;
}

const columns = new Columns<DeadRow>({
  row: { name: 'id', read: Number, store: (id) => id },
  queue: column.value('queue'),
  messageId: column.value('message_id'),
  type: column.value('type'),
  orderKey: column.valueOrUndefined('order_key'),
  createdAt: column.time('created_at'),
  attempts: column.value('attempts'),
  lastError: column.valueOrUndefined('last_error'),
});

/** What operators do with rows of the outbox that are dead. A dead row of an order key holds back the rest of its key. */
export class DeadRows {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #clock: Clock;

  constructor(database: Database, { logger, clock = database.clock }: { logger: Logger; clock?: Clock }) {
    this.#database = database;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** How many messages the outbox holds, those put off included; how many of them are dead; and since when the oldest waits. */
  async counts(): Promise<{ pending: number; dead: number; oldest: Date | null }> {
    const { sql } = this.#database;
    const dead = sql.raw('SUM(CASE WHEN due_at IS NULL THEN 1 ELSE 0 END) AS dead');
    // Out of an index alone, and the oldest by its key: an outbox is asked when it is long, and rows have bodies.
    const [[found], oldest] = await Promise.all([
      sql('outbox').select(sql.raw('COUNT(*) AS pending'), dead),
      sql('outbox').orderBy('id').first('created_at'),
    ]);
    const count = (many: unknown) => Number(many ?? 0);
    return { pending: count(found?.pending), dead: count(found?.dead), oldest: toDate(oldest?.created_at) };
  }

  /** The oldest dead rows, without their bodies. */
  async list(limit = 50): Promise<DeadRow[]> {
    const rows = this.#dead().orderBy('id').limit(limit);
    return (await rows.select(...columns.names)).map(columns.read);
  }

  /** Has dead rows tried again from the next sweep on, all of them or those given. Returns how many there were. */
  async retry(rows: readonly number[] | 'all', { by }: { by: string }): Promise<number> {
    const dead = rows === 'all' ? this.#dead() : this.#dead().whereIn('id', [...rows]);
    const retried = await dead.update({ due_at: this.#clock.now(), attempts: 0 });
    this.#logger.info('dead outbox rows retried', { rows, by, retried });
    return retried;
  }

  /** Deletes dead rows: their messages are never sent. Returns how many there were. */
  async remove(rows: readonly number[], { by }: { by: string }): Promise<number> {
    const removed = await this.#dead()
      .whereIn('id', [...rows])
      .delete();
    this.#logger.info('dead outbox rows removed', { rows, by, removed });
    return removed;
  }

  #dead() {
    return this.#database.sql('outbox').whereNull('due_at');
  }
}

import { type Clock, type Database, isDuplicateKey, type Sql } from '@postern/runtime';
import { persistently } from '../sql/persistently.ts';
import { messageKey } from './message-key.ts';

const TABLE = 'deliveries';
/**
 * For how long a lookup is tried again, in milliseconds: where the database is silent a try takes seconds by itself, and a handler that has waited
 * for several has no time left for its work.
 */
const LOOK_MS = 1_000;
/** Through a failover, as far as a handler's time limit allows, in milliseconds: what cannot be recorded as done is done again. */
const RECORD_MS = 15_000;

/** One listener's work on one message. */
export interface Delivery {
  listener: string;
  messageId: string;
}

/** The statements of the inbox. */
export class DeliveriesStore {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** For each delivery, in order, whether it is recorded. One statement for all of them. */
  async areDone(deliveries: readonly Delivery[]): Promise<boolean[]> {
    const keys = deliveries.map(({ messageId }) => messageKey(messageId));
    const unique = [...new Map(keys.map((key) => [key.toString('hex'), key])).values()];
    // By the key's first part alone: a message has few listeners, and MySQL reads pairs in an IN list less well.
    const look = () => this.#database.sql(TABLE).whereIn('message_id', unique).select('message_id', 'listener');
    const rows: { message_id: Buffer; listener: string }[] = await persistently(look, { forMs: LOOK_MS });
    const done = new Set(rows.map(({ message_id, listener }) => `${message_id.toString('hex')}/${listener}`));
    return deliveries.map(({ listener }, index) => done.has(`${keys[index]?.toString('hex')}/${listener}`));
  }

  /** Records deliveries with one statement, as soon as the database takes it. One that is recorded already stays as it is. */
  async record(deliveries: readonly Delivery[]): Promise<void> {
    const rows = deliveries.map((delivery) => this.#row(delivery));
    const insert = () => this.#database.sql(TABLE).insert(rows).onConflict(['message_id', 'listener']).ignore();
    await persistently(insert, { forMs: RECORD_MS });
  }

  /**
   * Records a delivery in the caller's transaction, before its work. False when it is recorded already. One that another
   * process is recording is waited for.
   */
  async claim({ sql }: Sql, delivery: Delivery): Promise<boolean> {
    try {
      await sql(TABLE).insert(this.#row(delivery));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  #row({ listener, messageId }: Delivery) {
    return { message_id: messageKey(messageId), listener, done_at: this.#clock.now() };
  }
}

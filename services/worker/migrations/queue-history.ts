import { createTableIfMissing, keyColumn } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Bounds of `TIME_BOUNDS` and `WAIT_BOUNDS` (packages/sqs), and what is above the last. */
const BUCKETS = 14;

/** What became of the queues, by the minute and by the quarter of an hour: all replicas add to the same rows. */
export const queueHistory: Migration = {
  name: '0018-queue-history',
  async up(knex, dialect) {
    await createTableIfMissing({ sql: knex, dialect }, 'queue_history', (table) => {
      /** The row's length in seconds, and its beginning in seconds since 1970. */
      table.integer('span').notNullable();
      table.bigInteger('at').notNullable();
      keyColumn(table, 'queue', 80, dialect).notNullable();
      table.bigInteger('done').notNullable();
      table.bigInteger('failed').notNullable();
      table.bigInteger('dead').notNullable();
      /** Messages waiting, as a replica last saw them; null where none could ask. */
      table.bigInteger('waiting').nullable();
      table.integer('paused').notNullable();
      // Messages by how long their handler took, and by how long they had waited.
      for (let n = 0; n < BUCKETS; n++) table.bigInteger(`t${n}`).notNullable();
      for (let n = 0; n < BUCKETS; n++) table.bigInteger(`w${n}`).notNullable();
      table.primary(['span', 'queue', 'at']);
    });
  },
};

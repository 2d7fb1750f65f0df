import { type Dialect, idColumn, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';
import { createTableIfMissing } from '../sql/create-table.ts';
import { keyColumn } from '../sql/key-column.ts';

/** The longest name of a listener, in characters. */
export const MAX_LISTENER = 120;

/**
 * What has been done: one row for each listener and message that succeeded. Call it from a migration. The key begins
 * with the message, so that the rows of one receive lie side by side, at the index's end for UUIDv7 ids.
 */
export async function createDeliveriesTable(knex: Knex, dialect: Dialect): Promise<void> {
  await createTableIfMissing({ sql: knex, dialect }, 'deliveries', (table) => {
    idColumn(table, 'message_id').notNullable();
    keyColumn(table, 'listener', MAX_LISTENER, dialect).notNullable();
    timeColumn(table, 'done_at').notNullable();
    table.primary(['message_id', 'listener']);
    table.index(['done_at'], 'deliveries_done');
  });
}

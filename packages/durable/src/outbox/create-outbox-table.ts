import { type Dialect, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';
import { createTableIfMissing } from '../sql/create-table.ts';
import { keyColumn } from '../sql/key-column.ts';

/** The longest names the table holds, in characters. `Outbox.add` refuses longer ones before the database does. */
export const OUTBOX_LIMITS = { queue: 80, messageId: 100, type: 190, orderKey: 190 } as const;

/**
 * The outbox of one service; call it from a migration. A row exists = its message has not been sent (or not for
 * certain); there is no "sent" flag and no cursor, so a transaction that commits late is never skipped.
 *
 * `due_at` alone says when a row may be claimed: the end of a replica's lease, of a back-off, or of a wait until
 * `available_at`. Null is dead: no replica tries again until an operator says so.
 */
export async function createOutboxTable(knex: Knex, dialect: Dialect): Promise<void> {
  await createTableIfMissing({ sql: knex, dialect }, 'outbox', (table) => {
    table.bigIncrements('id');
    keyColumn(table, 'queue', OUTBOX_LIMITS.queue, dialect).notNullable();
    keyColumn(table, 'message_id', OUTBOX_LIMITS.messageId, dialect).notNullable();
    table.string('type', OUTBOX_LIMITS.type).notNullable();
    table.text('body', 'mediumtext').notNullable();
    table.text('headers').nullable();
    keyColumn(table, 'order_key', OUTBOX_LIMITS.orderKey, dialect).nullable();
    timeColumn(table, 'created_at').notNullable();
    timeColumn(table, 'available_at').nullable();
    timeColumn(table, 'due_at').nullable();
    table.string('holder', 36).nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.string('last_error', 1000).nullable();
    // The claim of unordered rows, and the oldest row of each order key.
    table.index(['queue', 'order_key', 'due_at'], 'outbox_due');
    table.index(['order_key', 'id'], 'outbox_order');
  });
}

import { createTableIfMissing, keyColumn, MAX_LISTENER } from '@postern/durable';
import { type Migration, timeColumn } from '@postern/runtime';

/** Which listeners the replicas that run have: one row each, kept fresh by every replica that has it. */
export const listeners: Migration = {
  name: '0011-listeners',
  async up(knex, dialect) {
    await createTableIfMissing({ sql: knex, dialect }, 'listeners', (table) => {
      keyColumn(table, 'event_type', 100, dialect).notNullable();
      keyColumn(table, 'name', MAX_LISTENER, dialect).notNullable();
      timeColumn(table, 'seen_at').notNullable();
      table.primary(['event_type', 'name']);
    });
  },
};

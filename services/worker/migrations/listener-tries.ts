import { createTableIfMissing, keyColumn, MAX_LISTENER } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Tries of listeners that did not succeed, for traces: that one has succeeded is in `deliveries`. */
export const listenerTries: Migration = {
  name: '0026-listener-tries',
  up: (sql, dialect) =>
    createTableIfMissing({ sql, dialect }, 'listener_tries', (table) => {
      idColumn(table, 'event_id').notNullable();
      keyColumn(table, 'listener', MAX_LISTENER, dialect).notNullable();
      table.integer('attempt').notNullable();
      table.string('type', 100).notNullable();
      table.string('outcome', 10).notNullable();
      table.string('error', 500).notNullable();
      idColumn(table, 'trace_id').nullable();
      idColumn(table, 'user_id').nullable();
      timeColumn(table, 'at').notNullable();
      table.primary(['event_id', 'listener', 'attempt']);
      for (const column of ['trace_id', 'user_id', 'at']) table.index([column], `listener_tries_${column}`);
    }),
};

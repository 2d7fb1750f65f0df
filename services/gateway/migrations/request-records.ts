import { createTableIfMissing } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/**
 * What was answered, for a trace: a route's pattern and no path, no address, and of what was refused or failed the id of whoever had signed in. The
 * key begins with the time, by which rows go; the trace is empty where the request is named after it, as in the audit log.
 */
export const requestRecords: Migration = {
  name: '0023-request-records',
  up: (sql, dialect) =>
    createTableIfMissing({ sql, dialect }, 'request_records', (table) => {
      idColumn(table, 'id').primary();
      table.string('request_id', 100).notNullable().index('request_records_request');
      idColumn(table, 'trace_id').nullable().index('request_records_trace');
      idColumn(table, 'user_id').nullable().index('request_records_user');
      /** When it began, and how long it took until its answer was written. */
      timeColumn(table, 'at').notNullable();
      table.integer('took_ms').notNullable();
      table.string('method', 10).notNullable();
      table.string('route', 190).notNullable();
      table.integer('status').notNullable();
      table.string('failure', 300).nullable();
    }),
};

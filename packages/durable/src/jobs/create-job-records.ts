import { type Dialect, idColumn, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';
import { OUTBOX_LIMITS } from '../outbox/create-outbox-table.ts';
import { createTableIfMissing } from '../sql/create-table.ts';

/** The longest texts the tables hold, in characters; longer ones are cut. */
export const RECORD_LIMITS = { origin: 190, error: 500 } as const;

/** Tables of what `JobRecords` keeps of each job, and of each of its tries that did not succeed; call it from a migration. */
export async function createJobRecords(knex: Knex, dialect: Dialect): Promise<void> {
  await createTableIfMissing({ sql: knex, dialect }, 'job_records', (table) => {
    idColumn(table, 'job_id').primary();
    table.string('type', OUTBOX_LIMITS.type).notNullable();
    table.string('queue', OUTBOX_LIMITS.queue).notNullable();
    // What has dispatched it, and the message that this was done for.
    table.string('origin', RECORD_LIMITS.origin).nullable();
    idColumn(table, 'origin_id').nullable();
    idColumn(table, 'trace_id').nullable();
    idColumn(table, 'user_id').nullable();
    idColumn(table, 'group_id').nullable();
    table.integer('position').nullable();
    timeColumn(table, 'dispatched_at').notNullable();
    timeColumn(table, 'due_at').notNullable();
    for (const column of ['origin_id', 'trace_id', 'user_id', 'group_id', 'due_at']) {
      table.index([column], `job_records_${column}`);
    }
  });
  await createTableIfMissing({ sql: knex, dialect }, 'job_tries', (table) => {
    idColumn(table, 'job_id').notNullable();
    table.integer('attempt').notNullable();
    // `failed`, or `waits` of one that was asked to come again and cost nothing.
    table.string('outcome', 10).notNullable();
    table.string('error', RECORD_LIMITS.error).notNullable();
    timeColumn(table, 'at').notNullable();
    table.primary(['job_id', 'attempt']);
    table.index(['at'], 'job_tries_at');
  });
}

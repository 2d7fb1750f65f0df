import { type Dialect, idColumn, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';
import { createTableIfMissing } from '../sql/create-table.ts';
import { keyColumn } from '../sql/key-column.ts';

/** The longest names and timings the tables hold, in characters. */
export const JOB_LIMITS = { uniqueKey: 190, groupName: 120, schedule: 120, timing: 200 } as const;

/** Tables of unique jobs, chains, batches and schedules; call it from a migration. */
export async function createJobTables(knex: Knex, dialect: Dialect): Promise<void> {
  await createScheduleTables(knex, dialect);
  // A chain is a batch whose members run one after another.
  await createTableIfMissing({ sql: knex, dialect }, 'job_groups', (table) => {
    idColumn(table, 'id').primary();
    table.string('kind', 10).notNullable();
    table.string('name', JOB_LIMITS.groupName).notNullable();
    table.string('state', 10).notNullable();
    table.integer('total').notNullable();
    table.integer('done').notNullable().defaultTo(0);
    table.integer('failed').notNullable().defaultTo(0);
    // The messages that are sent when the group has ended: jobs as in the members' table.
    table.text('on_done', 'mediumtext').nullable();
    table.text('on_failed', 'mediumtext').nullable();
    timeColumn(table, 'created_at').notNullable();
    timeColumn(table, 'ended_at').nullable();
    table.index(['ended_at'], 'job_groups_ended');
  });
  await createTableIfMissing({ sql: knex, dialect }, 'job_group_members', (table) => {
    idColumn(table, 'group_id').notNullable();
    table.integer('position').notNullable();
    idColumn(table, 'job_id').notNullable();
    table.string('state', 10).notNullable();
    // The job that a chain has yet to send, as JSON; null once it is in the outbox. Its name is from before (docs/decisions/column-names.md).
    table.text('parcel', 'mediumtext').nullable();
    table.primary(['group_id', 'position']);
  });
}

/** The tables of schedules, for a service whose schedules are functions; `createJobTables` makes them too. Call it from a migration. */
export async function createScheduleTables(knex: Knex, dialect: Dialect): Promise<void> {
  await createTableIfMissing({ sql: knex, dialect }, 'job_locks', (table) => {
    keyColumn(table, 'unique_key', JOB_LIMITS.uniqueKey, dialect).primary();
    idColumn(table, 'job_id').notNullable();
    timeColumn(table, 'expires_at').notNullable();
    table.index(['expires_at'], 'job_locks_expiry');
  });
  await createTableIfMissing({ sql: knex, dialect }, 'job_schedules', (table) => {
    keyColumn(table, 'name', JOB_LIMITS.schedule, dialect).primary();
    table.string('timing', JOB_LIMITS.timing).notNullable();
    timeColumn(table, 'next_at').notNullable();
    timeColumn(table, 'fired_at').nullable();
    timeColumn(table, 'done_at').nullable();
    table.integer('skipped').notNullable().defaultTo(0);
    table.string('last_error', 1000).nullable();
    table.index(['next_at'], 'job_schedules_due');
  });
  await addScheduleOrders(knex);
}

/** The longest reason for a pause and the longest name of an operator, in characters. */
export const ORDER_LIMITS = { reason: 300, operator: 100 } as const;

/** What operators want of a schedule: that it is paused, or runs now. For tables of a release before; call it from a migration. */
export async function addScheduleOrders(knex: Knex): Promise<void> {
  for (const [time, texts] of [
    ['paused_at', { paused_by: ORDER_LIMITS.operator, pause_reason: ORDER_LIMITS.reason }],
    ['asked_at', { asked_by: ORDER_LIMITS.operator }],
  ] as const) {
    // MySQL adds the columns of one order with one statement; SQLite migrates in one transaction.
    if (await knex.schema.hasColumn('job_schedules', time)) continue;
    await knex.schema.alterTable('job_schedules', (table) => {
      timeColumn(table, time).nullable();
      for (const [name, length] of Object.entries(texts)) table.string(name, length).nullable();
    });
  }
}

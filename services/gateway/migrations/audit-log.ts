import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/**
 * Every security event: who did what to whom, when, from where, with what outcome. Ids only, never a name or an
 * address, so that it outlives an erased person. The code has no statement that changes or deletes a row.
 */
export const auditLog: Migration = {
  name: '0005-audit-log',
  up: async (knex) => {
    await knex.schema.createTable('audit_log', (table) => {
      idColumn(table, 'id').primary();
      timeColumn(table, 'at').notNullable();
      table.string('action', 50).notNullable();
      table.string('outcome', 20).notNullable();
      table.string('reason', 50).nullable();
      idColumn(table, 'actor_id').nullable();
      idColumn(table, 'subject_id').nullable();
      table.string('address_range', 60).notNullable();
      table.string('request_id', 100).notNullable();
      table.index(['subject_id', 'id']);
      table.index(['actor_id', 'id']);
    });
  },
};

import { idColumn, type Migration } from '@postern/runtime';

/**
 * The trace of a request that brought an id of its own: events and mails know their trace alone. Of a request that is named after its
 * trace the column is empty, and its entry in the index comes at the end of those.
 */
export const auditTraces: Migration = {
  name: '0022-audit-traces',
  up: async (knex, dialect) => {
    if (dialect === 'sqlite' && (await knex.schema.hasColumn('audit_log', 'trace_id'))) return;
    await knex.schema.alterTable('audit_log', (table) => {
      idColumn(table, 'trace_id').nullable();
      table.index(['trace_id', 'id'], 'audit_log_trace');
    });
  },
};

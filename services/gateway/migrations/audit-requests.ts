import type { Migration } from '@postern/runtime';

/** What a request did is found by its id. To be made again where it is there does no harm: that is passed over. */
export const auditRequests: Migration = {
  name: '0021-audit-requests',
  up: async (knex) => {
    await knex.schema.alterTable('audit_log', (table) => {
      table.index(['request_id', 'id'], 'audit_log_request');
    });
  },
};

import type { Migration } from '@postern/runtime';

/** What exactly was done, where the action's name does not say it: which roles somebody got. Never data of a person. */
export const auditDetails: Migration = {
  name: '0011-audit-details',
  up: async (knex) => {
    if (await knex.schema.hasColumn('audit_log', 'details')) return;
    await knex.schema.alterTable('audit_log', (table) => {
      table.string('details', 1000).nullable();
    });
  },
};

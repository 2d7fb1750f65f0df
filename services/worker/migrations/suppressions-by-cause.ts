import type { Migration } from '@postern/runtime';

/** The list of suppressed addresses is narrowed to a cause, which few of them may have. */
export const suppressionsByCause: Migration = {
  name: '0016-suppressions-by-cause',
  async up(knex) {
    await knex.schema.alterTable('suppressions', (table) =>
      table.index(['cause', 'created_at', 'recipient_hash'], 'suppressions_by_cause'),
    );
  },
};

import type { Migration } from '@postern/runtime';

/** The list of suppressed addresses is read by time, page by page. */
export const suppressionsListed: Migration = {
  name: '0015-suppressions-listed',
  async up(knex) {
    await knex.schema.alterTable('suppressions', (table) =>
      table.index(['created_at', 'recipient_hash'], 'suppressions_listed'),
    );
  },
};

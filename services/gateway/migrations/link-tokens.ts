import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/**
 * What a mailed link is bound to. One row a person and purpose: issuing a link replaces the one before, so that the
 * newest wins by construction. The link's secret is derived (see `linkToken`) and never stored.
 */
export const linkTokens: Migration = {
  name: '0002-link-tokens',
  up: async (knex) => {
    await knex.schema.createTable('link_tokens', (table) => {
      idColumn(table, 'user_id').notNullable();
      table.string('purpose', 20).notNullable();
      idColumn(table, 'id').notNullable().unique();
      // The address that a change-email link would make the person's.
      table.string('new_email', 254).nullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'expires_at').notNullable().index();
      timeColumn(table, 'used_at').nullable();
      table.primary(['user_id', 'purpose']);
    });
  },
};

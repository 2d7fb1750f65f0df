import { idColumn, type Migration } from '@postern/runtime';

/**
 * Whom a link was mailed to, as a hash of 16 bytes (see `linkRecipient`). Rows from before have none; their links are refused and asked for
 * again.
 */
export const linkRecipients: Migration = {
  name: '0011-link-recipients',
  up: async (knex) => {
    if (await knex.schema.hasColumn('link_tokens', 'recipient_hash')) return;
    await knex.schema.alterTable('link_tokens', (table) => {
      idColumn(table, 'recipient_hash').nullable();
    });
  },
};

import type { Migration } from '@postern/runtime';

/** Links by the address that they would make somebody's, which an erasure looks for. */
export const linkAddresses: Migration = {
  name: '0027-link-addresses',
  up: (knex) => knex.schema.alterTable('link_tokens', (table) => table.index('new_email', 'link_tokens_new_email')),
};

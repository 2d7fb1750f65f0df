import type { Migration } from '@postern/runtime';

/** What keys of the gateway's own are derived from, sealed with KEY_ENCRYPTION_KEY. One row. */
export const rootKeys: Migration = {
  name: '0018-root-keys',
  up: async (knex) => {
    await knex.schema.createTable('root_keys', (table) => {
      table.integer('id').primary();
      table.binary('sealed', 128).notNullable();
    });
  },
};

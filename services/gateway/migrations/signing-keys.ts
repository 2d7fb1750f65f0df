import { type Migration, timeColumn } from '@postern/runtime';

/** Keys that sign access tokens. The private half is encrypted with KEY_ENCRYPTION_KEY (AES-256-GCM). */
export const signingKeys: Migration = {
  name: '0004-signing-keys',
  up: async (knex) => {
    await knex.schema.createTable('signing_keys', (table) => {
      table.string('kid', 64).primary();
      table.text('public_jwk').notNullable();
      table.binary('private_key', 512).notNullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'signs_from').notNullable();
      timeColumn(table, 'accepted_until').nullable();
    });
  },
};

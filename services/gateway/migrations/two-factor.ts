import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Second factors: the TOTP secret (encrypted), recovery codes (hashed) and sign-ins that wait for one of them. */
export const twoFactor: Migration = {
  name: '0007-two-factor',
  up: async (knex) => {
    await knex.schema.createTable('totp_secrets', (table) => {
      idColumn(table, 'user_id').primary();
      table.binary('secret', 128).notNullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'confirmed_at').nullable();
      // RFC 6238, 5.2: a code is accepted once; the step of the last one says which are spent.
      table.bigInteger('last_step').notNullable();
    });
    await knex.schema.createTable('recovery_codes', (table) => {
      idColumn(table, 'user_id').notNullable();
      table.binary('code_hash', 32).notNullable();
      timeColumn(table, 'used_at').nullable();
      table.primary(['user_id', 'code_hash']);
    });
    await knex.schema.createTable('sign_in_challenges', (table) => {
      table.binary('token_hash', 32).primary();
      idColumn(table, 'user_id').notNullable().index();
      timeColumn(table, 'expires_at').notNullable().index();
    });
  },
};

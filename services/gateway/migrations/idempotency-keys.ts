import { idColumn, type Migration } from '@postern/runtime';

/**
 * Answers of idempotent requests, kept for 24 hours. Key and body are keyed hashes, the answer is encrypted under the
 * caller's key. Times are milliseconds since 1970.
 */
export const idempotencyKeys: Migration = {
  name: '0009-idempotency-keys',
  up: async (knex) => {
    await knex.schema.createTable('idempotency_keys', (table) => {
      idColumn(table, 'id').primary();
      table.binary('body_hash', 32).notNullable();
      idColumn(table, 'claim').notNullable();
      table.binary('reply').nullable();
      table.bigInteger('lease_until').notNullable();
      table.bigInteger('expires_at').notNullable().index();
    });
  },
};

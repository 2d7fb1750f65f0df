import { createTableIfMissing, keyColumn } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Who may use the console, who is signed in to it, what they did, and how often a sign-in failed. */
export const operators: Migration = {
  name: '0012-operators',
  async up(knex, dialect) {
    const target = { sql: knex, dialect };
    await createTableIfMissing(target, 'operators', (table) => {
      idColumn(table, 'id').notNullable().primary();
      keyColumn(table, 'name', 60, dialect).notNullable().unique();
      table.string('role', 10).notNullable();
      /** SHA-256 of 256 random bits: what cannot be guessed needs no slow hash. */
      table.binary('secret_hash', 32).notNullable();
      timeColumn(table, 'created_at').notNullable();
      table.string('created_by', 100).notNullable();
    });
    await createTableIfMissing(target, 'operator_sessions', (table) => {
      table.binary('token_hash', 32).notNullable().primary();
      idColumn(table, 'operator_id').notNullable().index();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'expires_at').notNullable().index();
    });
    await createTableIfMissing(target, 'operator_audit', (table) => {
      // UUIDv7: what is listed by it is listed by time.
      idColumn(table, 'id').notNullable().primary();
      table.string('operator', 100).notNullable();
      table.string('action', 40).notNullable();
      table.string('target', 255).notNullable();
      table.string('result', 10).notNullable();
      table.string('detail', 500).notNullable();
      timeColumn(table, 'at').notNullable();
      timeColumn(table, 'ended_at').nullable();
      table.index(['operator', 'id']);
    });
    await createTableIfMissing(target, 'operator_tries', (table) => {
      table.binary('id', 32).notNullable().primary();
      table.integer('hits').notNullable();
      table.bigInteger('resets_at').notNullable().index();
    });
  },
};

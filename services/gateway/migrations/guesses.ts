import { type Migration, timeColumn } from '@postern/runtime';

/** Failed guesses by account, client address and known device, shared by all replicas. `subject` is a keyed hash. */
export const guesses: Migration = {
  name: '0006-guesses',
  up: async (knex) => {
    await knex.schema.createTable('guesses', (table) => {
      table.binary('subject', 32).primary();
      table.integer('failures').unsigned().notNullable();
      timeColumn(table, 'blocked_until').notNullable();
      timeColumn(table, 'updated_at').notNullable().index();
    });
  },
};

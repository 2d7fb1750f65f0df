import { idColumn, type Migration } from '@postern/runtime';

/** Requests counted by limit and by keyed hash of what the limit counts by. Times are milliseconds since 1970. */
export const rateLimits: Migration = {
  name: '0010-rate-limits',
  up: async (knex) => {
    await knex.schema.createTable('rate_limits', (table) => {
      idColumn(table, 'id').primary();
      table.integer('hits').unsigned().notNullable();
      table.bigInteger('resets_at').notNullable().index();
    });
  },
};

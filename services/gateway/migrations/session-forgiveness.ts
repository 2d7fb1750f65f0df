import type { Migration } from '@postern/runtime';

/** For which generation a rotated refresh token was forgiven last, and for how many in a row. */
export const sessionForgiveness: Migration = {
  name: '0019-session-forgiveness',
  up: async (knex) => {
    for (const column of ['forgiven_generation', 'forgiven_in_row']) {
      if (await knex.schema.hasColumn('sessions', column)) continue;
      await knex.schema.alterTable('sessions', (table) => {
        table.integer(column).unsigned().notNullable().defaultTo(0);
      });
    }
  },
};

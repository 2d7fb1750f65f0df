import type { Migration } from '@postern/runtime';

/**
 * When the last rotations of a session's refresh token were, and the newest generation that its client is known to have
 * received: what decides whether a token that comes back is an honest client's.
 */
export const sessionRotations: Migration = {
  name: '0016-session-rotations',
  up: async (knex) => {
    if (!(await knex.schema.hasColumn('sessions', 'recent_rotations'))) {
      await knex.schema.alterTable('sessions', (table) => {
        table.string('recent_rotations', 200).notNullable().defaultTo('');
      });
    }
    if (await knex.schema.hasColumn('sessions', 'received_generation')) return;
    await knex.schema.alterTable('sessions', (table) => {
      table.integer('received_generation').unsigned().notNullable().defaultTo(0);
    });
  },
};

import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/**
 * A session is a family of refresh tokens; `generation` counts its rotations. `seed` is what its tokens are derived
 * from together with a key that the database does not hold. `known_devices` remembers what a person has signed in from.
 */
export const sessions: Migration = {
  name: '0003-sessions',
  up: async (knex) => {
    await knex.schema.createTable('sessions', (table) => {
      idColumn(table, 'id').primary();
      idColumn(table, 'user_id').notNullable().index();
      table.binary('seed', 32).notNullable();
      table.integer('generation').unsigned().notNullable();
      table.string('device', 200).notNullable();
      table.string('address_range', 60).notNullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'authenticated_at').notNullable();
      timeColumn(table, 'rotated_at').notNullable();
      timeColumn(table, 'last_used_at').notNullable();
      timeColumn(table, 'idle_expires_at').notNullable();
      timeColumn(table, 'expires_at').notNullable().index();
      timeColumn(table, 'revoked_at').nullable();
      table.string('revoked_because', 30).nullable();
    });
    await knex.schema.createTable('known_devices', (table) => {
      idColumn(table, 'user_id').notNullable();
      table.binary('fingerprint', 32).notNullable();
      timeColumn(table, 'last_seen_at').notNullable().index();
      table.primary(['user_id', 'fingerprint']);
    });
  },
};

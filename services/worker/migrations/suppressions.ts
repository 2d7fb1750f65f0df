import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Addresses that get no mail, the soft bounces that may lead there, and who changed the list and why. */
export const suppressions: Migration = {
  name: '0003-suppressions',
  async up(knex) {
    await knex.schema.createTable('suppressions', (table) => {
      table.binary('recipient_hash', 32).notNullable().primary();
      /** For the people who keep the list; empty once the account was erased. */
      table.string('address', 254);
      table.string('cause', 20).notNullable();
      table.string('reason', 500).notNullable();
      timeColumn(table, 'created_at').notNullable();
    });
    await knex.schema.createTable('suppression_audit', (table) => {
      idColumn(table, 'id').notNullable().primary();
      table.binary('recipient_hash', 32).notNullable().index();
      table.string('action', 20).notNullable();
      table.string('actor', 100).notNullable();
      table.string('reason', 500).notNullable();
      timeColumn(table, 'at').notNullable();
    });
    await knex.schema.createTable('soft_bounces', (table) => {
      table.binary('recipient_hash', 32).notNullable();
      /** The provider's id of the notice, so that one that comes twice counts once. */
      table.string('notice_id', 190).notNullable();
      timeColumn(table, 'at').notNullable();
      table.primary(['recipient_hash', 'notice_id']);
    });
  },
};

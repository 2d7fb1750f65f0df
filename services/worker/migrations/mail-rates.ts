import { type Migration, timeColumn } from '@postern/runtime';

/** What all replicas together have sent in the current window of each rate limit. */
export const mailRates: Migration = {
  name: '0004-mail-rates',
  async up(knex) {
    await knex.schema.createTable('mail_rates', (table) => {
      table.string('name', 190).notNullable().primary();
      timeColumn(table, 'window_started_at').notNullable();
      table.integer('used').notNullable();
    });
  },
};

import { type Migration, timeColumn } from '@postern/runtime';

/**
 * When a rate limit's window is over and its row of no more use. Null: a worker from before this column wrote the row. The
 * column is added only if it is missing, so that a step that failed at the index can be run again.
 */
export const mailRatesEnd: Migration = {
  name: '0007-mail-rates-end',
  async up(knex) {
    if (!(await knex.schema.hasColumn('mail_rates', 'window_ends_at'))) {
      await knex.schema.alterTable('mail_rates', (table) => void timeColumn(table, 'window_ends_at').nullable());
    }
    await knex.schema.alterTable('mail_rates', (table) => table.index('window_ends_at'));
  },
};

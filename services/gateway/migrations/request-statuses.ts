import type { Migration } from '@postern/runtime';

/** What failed is rare among what succeeded: the newest of it are found without reading a day of the rest. */
export const requestStatuses: Migration = {
  name: '0025-request-statuses',
  async up(knex) {
    await knex.schema.alterTable('request_records', (table) => table.index(['status'], 'request_records_status'));
  },
};

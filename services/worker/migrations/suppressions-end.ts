import { type Migration, timeColumn } from '@postern/runtime';

/** When an address that was suppressed for what may pass gets mail again. Null: never by itself. */
export const suppressionsEnd: Migration = {
  name: '0009-suppressions-end',
  async up(knex) {
    if (await knex.schema.hasColumn('suppressions', 'ends_at')) return;
    await knex.schema.alterTable('suppressions', (table) => void timeColumn(table, 'ends_at').nullable());
  },
};

import { keyColumn } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Of operations with the same text here one at a time is open; it is empty in those that are over. */
export const operationsAlone: Migration = {
  name: '0022-operations-alone',
  async up(knex, dialect) {
    if (!(await knex.schema.hasColumn('operations', 'alone_in'))) {
      await knex.schema.alterTable('operations', (table) => void keyColumn(table, 'alone_in', 100, dialect).nullable());
    }
    await knex.schema.alterTable('operations', (table) =>
      table.unique(['alone_in'], { indexName: 'operations_alone' }),
    );
    // What was searched for may be an address; those that are over need it no more.
    await knex('operations').whereNotNull('ended_at').update({ filter: '' });
  },
};

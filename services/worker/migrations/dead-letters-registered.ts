import { type Migration, timeColumn } from '@postern/runtime';

/** When a letter came into the register, which may be long after it died: what an operation is about was there when it began. */
export const deadLettersRegistered: Migration = {
  name: '0024-dead-letters-registered',
  async up(knex) {
    if (await knex.schema.hasColumn('dead_letters', 'registered_at')) return;
    await knex.schema.alterTable('dead_letters', (table) => void timeColumn(table, 'registered_at').nullable());
  },
};

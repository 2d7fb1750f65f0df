import type { Migration } from '@postern/runtime';

/** Pages count the letters that were acted on and that SQS still has: few of many, and whole rows are long. */
export const deadLettersCopies: Migration = {
  name: '0020-dead-letters-copies',
  async up(knex) {
    await knex.schema.alterTable('dead_letters', (table) =>
      table.index(['state', 'copy_gone', 'queue'], 'dead_letters_copies'),
    );
  },
};

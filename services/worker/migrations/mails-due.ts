import type { Migration } from '@postern/runtime';

/** What waits is counted at each scrape, out of an index alone: of many mails each row would be looked up, and so would those that were kept back, which are due as well. */
export const mailsDue: Migration = {
  name: '0027-mails-due',
  async up(knex) {
    await knex.schema.alterTable('mails', (table) =>
      table.index(['due_at', 'state', 'mail', 'created_at'], 'mails_due'),
    );
    await knex.schema.alterTable('mails', (table) => table.dropIndex(['due_at'], 'mails_due_at_index'));
  },
};

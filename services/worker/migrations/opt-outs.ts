import { type Migration, timeColumn } from '@postern/runtime';

/** Which mails that are not transactional a recipient has ended. */
export const optOuts: Migration = {
  name: '0006-opt-outs',
  async up(knex) {
    await knex.schema.createTable('mail_opt_outs', (table) => {
      table.binary('recipient_hash', 32).notNullable();
      table.string('mail', 100).notNullable();
      timeColumn(table, 'at').notNullable();
      table.primary(['recipient_hash', 'mail']);
    });
  },
};

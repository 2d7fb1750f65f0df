import type { Migration } from '@postern/runtime';

/**
 * Room for a mail's data: MySQL's TEXT ends at 65,535 bytes, and a server in a lax sql_mode cuts what is longer. SQLite has
 * one kind of text. To be set to what it is already does no harm.
 */
export const mailsPayload: Migration = {
  name: '0008-mails-payload',
  async up(knex, dialect) {
    if (dialect !== 'mysql') return;
    await knex.schema.alterTable('mails', (table) => void table.text('payload', 'mediumtext').nullable().alter());
  },
};

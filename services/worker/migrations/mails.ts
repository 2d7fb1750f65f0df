import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/**
 * The ledger: one row a mail, and one a change of its state. What identifies a person (address, template data) sits in
 * `payload` alone, which is emptied as soon as the mail cannot be sent again.
 */
export const mails: Migration = {
  name: '0002-mails',
  async up(knex) {
    await knex.schema.createTable('mails', (table) => {
      // Derived from the key, so that the primary key is what makes it one mail however often its event comes.
      idColumn(table, 'id').notNullable().primary();
      table.string('mail_key', 255).notNullable();
      table.string('mail', 100).notNullable();
      table.string('state', 20).notNullable();
      /** Counts the changes: an update names the version it read. */
      table.integer('version').notNullable();
      table.integer('attempts').notNullable().defaultTo(0);
      table.integer('unknowns').notNullable().defaultTo(0);
      table.string('provider', 50);
      table.string('provider_message_id', 255).index();
      table.binary('recipient_hash', 32).notNullable().index();
      table.string('recipient_domain', 255).notNullable();
      table.text('payload');
      /** When somebody has to look at the row again; empty when nobody does. */
      timeColumn(table, 'due_at').index();
      idColumn(table, 'lease_owner');
      timeColumn(table, 'expires_at').notNullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'changed_at').notNullable();
      // For what the console counts and what housekeeping deletes: both go by time.
      table.index(['changed_at', 'state']);
    });
    await knex.schema.createTable('mail_changes', (table) => {
      idColumn(table, 'mail_id').notNullable();
      table.integer('number').notNullable();
      table.string('state', 20).notNullable();
      table.string('reason', 500).notNullable();
      timeColumn(table, 'at').notNullable();
      table.primary(['mail_id', 'number']);
    });
  },
};

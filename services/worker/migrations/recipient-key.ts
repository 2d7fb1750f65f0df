import { createTableIfMissing } from '@postern/durable';
import { type Migration, timeColumn } from '@postern/runtime';

/** Which RECIPIENT_KEY the hashes of recipients were made with: one row, by which another key is noticed. */
export const recipientKey: Migration = {
  name: '0029-recipient-key',
  async up(knex, dialect) {
    await createTableIfMissing({ sql: knex, dialect }, 'recipient_key', (table) => {
      /** Always 1. */
      table.integer('id').primary();
      /** The hash of what is nobody's address. */
      table.binary('mark', 32).notNullable();
      timeColumn(table, 'made_at').notNullable();
    });
  },
};

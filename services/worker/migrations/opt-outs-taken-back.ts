import { type Migration, timeColumn } from '@postern/runtime';

/** When a recipient wanted the mail again. Null: they do not. */
export const optOutsTakenBack: Migration = {
  name: '0028-opt-outs-taken-back',
  async up(knex) {
    if (await knex.schema.hasColumn('mail_opt_outs', 'taken_back_at')) return;
    await knex.schema.alterTable('mail_opt_outs', (table) => void timeColumn(table, 'taken_back_at').nullable());
  },
};

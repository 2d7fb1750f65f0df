import { idColumn, type Migration } from '@postern/runtime';

/**
 * Whose mail it is and which trace it belongs to, so that both find it. Earlier mails have neither. MySQL commits a column and its
 * index apart, so both are sent each time: what is there is passed over.
 */
export const mailsOrigin: Migration = {
  name: '0014-mails-origin',
  async up(knex, dialect) {
    for (const column of ['user_id', 'trace_id']) {
      if (dialect === 'sqlite' && (await knex.schema.hasColumn('mails', column))) continue;
      await knex.schema.alterTable('mails', (table) => {
        idColumn(table, column).nullable().index(`mails_${column}`);
      });
    }
  },
};

import { shownAddress } from '@postern/events';
import type { Migration } from '@postern/runtime';
import type { Knex } from 'knex';
import { searchEmail, searchName } from '../src/accounts/users/fold-text.ts';
import { binaryText } from './users.ts';

const BATCH = 500;

/** What people are found by, folded alike on every database, and filled for those who are there. */
export const userSearch: Migration = {
  name: '0014-user-search',
  up: async (knex, dialect) => {
    for (const name of ['search_name', 'search_email']) {
      if (await knex.schema.hasColumn('users', name)) continue;
      await knex.schema.alterTable('users', (table) => {
        // An expansion of one letter can have eighteen.
        binaryText(table.text(name).nullable(), dialect);
      });
    }
    while (await fillSome(knex));
  },
};

/** Whose columns are empty still: a run that was killed half-way goes on with the rest. */
async function fillSome(knex: Knex): Promise<boolean> {
  const rows = await knex('users')
    .select('id', 'email', 'first_name', 'last_name')
    .whereNull('search_name')
    .orWhereNull('search_email')
    .limit(BATCH);
  for (const { id, email, first_name: firstName, last_name: lastName } of rows) {
    const columns = {
      search_name: searchName({ firstName, lastName }),
      search_email: searchEmail(email, shownAddress(email)),
    };
    await knex('users').where({ id }).update(columns);
  }
  return rows.length === BATCH;
}

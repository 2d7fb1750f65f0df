import { isPersonalColumn } from '@postern/local';
import { idColumn, type Sql } from '@postern/runtime';
import { referencesTo, type TestDatabase, tablesOf, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { PERSONAL_TABLES } from '../src/accounts/privacy/personal-tables.ts';

/** What an erased person leaves behind on purpose, by `table.column`, and why. */
const KEPT: Record<string, string> = {
  'audit_log.actor_id': 'the record of who did what is kept for AUDIT_RETENTION_DAYS, and names nobody but by id',
  'audit_log.subject_id': 'as actor_id',
};

/** By their names; what is called otherwise counts where a foreign key refers to users. */
async function columnsAboutPeople(database: Sql): Promise<string[]> {
  const found = new Set(await referencesTo('users', database));
  for (const table of await tablesOf(database)) {
    for (const column of Object.keys(await database.sql(table).columnInfo())) {
      if (isPersonalColumn(column)) found.add(`${table}.${column}`);
    }
  }
  return [...found].sort();
}

const erased = PERSONAL_TABLES.map(({ table, column }) => `${table}.${column}`);

/** What is wrong, for whoever has added a table. */
async function forgotten(database: Sql): Promise<string[]> {
  const columns = await columnsAboutPeople(database);
  return columns
    .filter((column) => !erased.includes(column) && !(column in KEPT))
    .map((column) => {
      const [table, name] = column.split('.');
      return (
        `${column} says whose a row is, and erasing a person leaves the row behind: add { table: '${table}', column: '${name}' } to ` +
        'PERSONAL_TABLES in services/gateway/src/accounts/privacy/personal-tables.ts, or, where it has to stay, ' +
        `'${column}' with the reason to KEPT in services/gateway/test/personal-tables.test.ts`
      );
    });
}

let opened: TestDatabase;
beforeAll(async () => {
  opened = await testDatabase('personal', migrations);
});
afterAll(() => opened.close());

describe('a table with a column that says whose a row is', () => {
  it('is emptied when a person is erased, or is kept for a reason that is stated here', async () => {
    expect((await forgotten(opened.database)).join('\n')).toBe('');
  });

  it('is not kept for a reason when it is gone', async () => {
    expect(await columnsAboutPeople(opened.database)).toEqual(expect.arrayContaining(Object.keys(KEPT)));
  });
});

describe('a table that somebody adds and erasure does not know', () => {
  it('is named by its column or by its foreign key, with the file that it belongs in', async () => {
    const { database, close } = await testDatabase('forgotten', migrations);
    await database.sql.schema.createTable('never_listed', (table) => {
      idColumn(table, 'id').primary();
      idColumn(table, 'user_id').notNullable();
      idColumn(table, 'sold_by').nullable().references('id').inTable('users');
    });
    const found = await forgotten(database);
    expect(found.filter((sentence) => sentence.startsWith('never_listed.'))).toEqual([
      expect.stringMatching(/^never_listed\.sold_by says whose .*personal-tables\.ts/),
      expect.stringMatching(/^never_listed\.user_id says whose .*personal-tables\.ts/),
    ]);
    await close();
  });
});

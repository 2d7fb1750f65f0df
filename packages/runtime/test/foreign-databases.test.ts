import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseCheck } from '../src/doctor/database-check.ts';
import { ConfigError, idColumn, MemoryLogger, type Migration } from '../src/index.ts';
import { migrateWhenThere, waitForDatabase } from '../src/service/wait-for-database.ts';
import { testDatabase } from '../src/testing/index.ts';

const people: Migration = {
  name: '0001-people',
  up: (knex) =>
    knex.schema.createTable('people', (table) => {
      idColumn(table, 'id').primary();
      table.string('email', 100).notNullable().unique();
      table.string('first_name', 100).notNullable();
    }),
};
const letters: Migration = {
  name: '0001-letters',
  up: (knex) => knex.schema.createTable('letters', (table) => void idColumn(table, 'id').primary()),
};
const logger = new MemoryLogger();

async function someDatabase() {
  const test = await testDatabase('foreign');
  onTestFinished(() => test.close());
  return test;
}

describe('a database of somebody else', () => {
  it('with a table of a name that a migration makes is left as it is', async () => {
    const { database } = await someDatabase();
    const { sql } = database;
    await sql.schema.createTable('people', (table) => {
      table.increments('id');
      table.string('email', 200);
    });
    const before = await sql('people').columnInfo();
    const message = database.dialect === 'mysql' ? /"people" already .*without first_name/ : /people. already exists/;
    await expect(database.migrate([people])).rejects.toThrow(message);
    expect(await sql('people').columnInfo()).toEqual(before);
    // One email twice: no index of ours was put on it.
    await sql('people').insert([{ email: 'ann@example.com' }, { email: 'ann@example.com' }]);
    expect(await database.pendingMigrations([people])).toEqual(['0001-people']);
  });

  it('that keeps another list of migrations is neither migrated nor waited for', async () => {
    const test = await someDatabase();
    await test.database.sql.schema.createTable('migrations', (table) => {
      table.increments('id');
      table.string('migration');
    });
    await expectRefusal(test);
  });

  it('in which another service has run its migrations is neither migrated nor waited for', async () => {
    const test = await someDatabase();
    await test.database.migrate([letters]);
    await expectRefusal(test);
    expect(await test.database.sql.schema.hasTable('people')).toBe(false);
  });
});

it('a database that a newer release has migrated is not a foreign one', async () => {
  const { database } = await someDatabase();
  await database.migrate([people, { ...letters, name: '0002-letters' }]);
  expect(await migrateWhenThere(database, [people], logger)).toEqual([]);
});

it.runIf(process.env.TEST_DATABASE_URL)(
  'a database whose default lacks letters has all of them in the tables that are made, and nothing is wrong with it',
  async () => {
    const { database, url } = await someDatabase();
    await database.sql.raw('ALTER DATABASE CHARACTER SET latin1');
    await database.migrate([people]);
    const somebody = { id: Buffer.alloc(16), email: 'ann@example.com', first_name: 'Łukasz 中😀' };
    await database.sql('people').insert(somebody);
    expect(await database.sql('people').first('first_name')).toEqual({ first_name: somebody.first_name });
    const findings = await databaseCheck(url, [people], logger).run();
    expect(findings.filter(({ level }) => level === 'failure')).toEqual([]);
  },
);

/** By `migrate`, by the start of a service, and by `doctor`. */
async function expectRefusal({ database, url }: Awaited<ReturnType<typeof someDatabase>>): Promise<void> {
  const what = expect.stringContaining('DATABASE_URL names a database that is used for something else');
  const migrations = [people];
  const signal = new AbortController().signal;
  for (const attempt of [
    () => migrateWhenThere(database, migrations, logger),
    () => waitForDatabase(database, { migrations, logger, signal }),
  ]) {
    const error = await attempt().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ message: what });
  }
  const findings = await databaseCheck(url, migrations, logger).run();
  expect(findings).toMatchObject([{ level: 'failure', what }]);
}

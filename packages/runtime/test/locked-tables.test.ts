import { expect, it, onTestFinished } from 'vitest';
import { idColumn, MemoryLogger, type Migration } from '../src/index.ts';
import { migrateWhenThere } from '../src/service/wait-for-database.ts';
import { testDatabase } from '../src/testing/index.ts';

const items: Migration = {
  name: '0001-items',
  up: (knex) => knex.schema.createTable('items', (table) => void idColumn(table, 'id').primary()),
};
const names: Migration = {
  name: '0002-names',
  up: (knex) => knex.schema.alterTable('items', (table) => void table.string('name', 100)),
};

// SQLite migrates when nobody else writes.
it.runIf(process.env.TEST_DATABASE_URL)(
  'a migration that cannot have a table yet lets others through to it, and goes on when it is free',
  async () => {
    const { database, close } = await testDatabase('locked');
    onTestFinished(close);
    await database.migrate([items]);
    const [read, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // A report that takes its time.
    const report = database.transaction(async (tx) => {
      await tx.sql('items').select('id');
      read.resolve();
      await ended.promise;
    });
    await read.promise;
    const logger = new MemoryLogger();
    const migrated = migrateWhenThere(database, [items, names], logger);
    const waits = () => logger.lines.some(({ message }) => message === 'waiting for a table that others have locked');
    await expect.poll(waits, { timeout: 300_000, interval: 100 }).toBe(true);
    expect(await database.sql('items').select('id')).toEqual([]);
    ended.resolve();
    await report;
    expect(await migrated).toEqual(['0002-names']);
  },
);

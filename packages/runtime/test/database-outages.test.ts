import { describe, expect, it } from 'vitest';
import { connect, type PoolOptions } from '../src/database/connect.ts';
import { CommitOutcomeUnknown, DatabaseSilent, isUnavailable } from '../src/database/database-unavailable.ts';
import { Database } from '../src/database/open-database.ts';
import { MemoryLogger } from '../src/logging/logger.ts';
import { FaultyProxy, testDatabase } from '../src/testing/index.ts';

const caught = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** For what is true within seconds of real time: a machine that stands still for longer spoils a try. */
const IN_REAL_TIME = { retry: 2 };
/** So long that a silent connection is noticed, and the test ends soon. */
const IMPATIENT_MS = 3_000;

function open(url: string, { size = 1, statementMs = 120_000 } = {}): Database {
  const logger = new MemoryLogger();
  const options: PoolOptions = { size, acquireMs: 60_000, limits: { connectMs: 60_000, statementMs } };
  return new Database(connect(url, options, logger), (more) => connect(url, more, logger).sql, logger);
}

async function withTable() {
  const test = await testDatabase('outages');
  await test.database.migrate([]);
  await test.database.sql.schema.createTable('items', (table) => table.string('name', 50));
  return { ...test, [Symbol.asyncDispose]: test.close };
}

it('is usable for whoever asks while every connection of the pool is in use', IN_REAL_TIME, async () => {
  await using test = await withTable();
  const gate = Promise.withResolvers<void>();
  const database = open(test.url);
  const busy = database.transaction(async (tx) => {
    await tx.sql('items').insert({ name: 'busy' });
    await gate.promise;
  });
  await database.requireUsable([]);
  await expect(database.requireUsable([{ name: '0001-more', up: async () => {} }])).rejects.toThrow('0001-more');
  gate.resolve();
  await busy;
  await database.close();
});

describe.runIf(process.env.TEST_DATABASE_URL)('a server that is in trouble', () => {
  it(
    'goes silent: what hangs ends by itself, and the rest of the pool is renewed at the first sign',
    IN_REAL_TIME,
    async () => {
      await using test = await withTable();
      await using proxy = await FaultyProxy.before(test.url);
      const database = open(proxy.url, { size: 3, statementMs: IMPATIENT_MS });
      await Promise.all([1, 2, 3].map(() => database.sql.raw('SELECT SLEEP(0.05)')));
      proxy.silenceOpen();
      const first = await caught(database.ping());
      expect([first instanceof DatabaseSilent, isUnavailable(first)]).toEqual([true, true]);
      await Promise.all([1, 2, 3].map(() => database.ping()));
      await database.close();
    },
  );

  it('loses the answer to a COMMIT: reported as what it is, and the work is not run again', IN_REAL_TIME, async () => {
    await using test = await withTable();
    await using proxy = await FaultyProxy.before(test.url);
    const database = open(proxy.url, { statementMs: IMPATIENT_MS });
    let runs = 0;
    const error = await caught(
      database.transaction(async (tx) => {
        runs += 1;
        await tx.sql('items').insert({ name: 'once' });
        proxy.silenceAt('COMMIT');
      }),
    );
    expect([error instanceof CommitOutcomeUnknown, isUnavailable(error), runs]).toEqual([true, false, 1]);
    await expect.poll(() => test.database.sql('items')).toEqual([{ name: 'once' }]);
    await database.close();
  });

  it('kills a connection: the first error is reported, not that of the rollback', async () => {
    await using test = await withTable();
    const database = open(test.url);
    const first = caught(
      database.transaction(async (tx) => {
        const [[{ id }]] = await tx.sql.raw('SELECT CONNECTION_ID() AS id');
        await test.database.sql.raw(`KILL ${id}`);
        throw new Error('the first');
      }),
    );
    expect(await first).toMatchObject({ message: 'the first' });
    await database.ping();
    await database.close();
  });

  it('turns read-only: whoever asks gets an error, and the connection that reported it is not used again', async () => {
    await using test = await withTable();
    const database = open(test.url);
    await database.sql.raw('SET SESSION TRANSACTION READ ONLY');
    expect(isUnavailable(await caught(database.sql('items').insert({ name: 'refused' })))).toBe(true);
    await database.sql('items').insert({ name: 'accepted' });
    await database.close();
  });

  it('has other defaults: mode, zone, character set, engine and isolation of a session are ours', async () => {
    await using test = await withTable();
    const database = open(test.url, { statementMs: 10_000 });
    const [[session]] = await database.sql.raw(
      `SELECT @@sql_mode AS mode, @@time_zone AS zone, @@character_set_client AS charset, @@autocommit AS autocommit,
        @@default_storage_engine AS engine, @@innodb_lock_wait_timeout AS lock_wait`,
    );
    expect(session).toMatchObject({
      zone: '+00:00',
      charset: 'utf8mb4',
      engine: 'InnoDB',
      autocommit: 1,
      lock_wait: 5,
    });
    expect(session.mode).toContain('STRICT_TRANS_TABLES');
    expect(session.mode).not.toContain('NO_BACKSLASH_ESCAPES');
    const name = "a\\'),(0x696e6a)#";
    await database.sql('items').insert({ name });
    expect(await database.sql('items')).toEqual([{ name }]);
    await database.close();
  });
});

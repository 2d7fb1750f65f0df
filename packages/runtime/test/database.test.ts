import type { Knex } from 'knex';
import { describe, expect, it, vi } from 'vitest';
import {
  bytesToId,
  errorPlaces,
  idColumn,
  idToBytes,
  isDuplicateKey,
  isUnavailable,
  MemoryLogger,
  type Migration,
  newId,
  openDatabase,
  timeColumn,
  toDate,
} from '../src/index.ts';
import { openPatiently, testDatabase } from '../src/testing/index.ts';

const createItems: Migration = {
  name: '0001-items',
  up: (knex) =>
    knex.schema.createTable('items', (table) => {
      idColumn(table, 'id').primary();
      timeColumn(table, 'at').notNullable();
      table.string('name', 50).unique();
    }),
};

const migrations = [createItems];

async function withItems() {
  const test = await testDatabase('runtime', migrations);
  return { ...test, [Symbol.asyncDispose]: test.close };
}

function item(name: string) {
  return { id: idToBytes(newId()), at: new Date(), name };
}

describe('a database', () => {
  it('gives back ids and times to the millisecond', async () => {
    await using test = await withItems();
    const id = newId();
    const at = new Date('2026-11-23T12:34:56.789Z');
    await test.database.sql('items').insert({ id: idToBytes(id), at, name: 'x' });
    const row = await test.database
      .sql('items')
      .where({ id: idToBytes(id) })
      .first();
    expect(bytesToId(row.id)).toBe(id);
    expect(toDate(row.at)).toEqual(at);
  });

  it('finds rows by comparing times', async () => {
    await using test = await withItems();
    await test.database.sql('items').insert({ ...item('old'), at: new Date('2026-01-01T00:00:00.000Z') });
    await test.database.sql('items').insert({ ...item('new'), at: new Date('2026-01-01T00:00:00.002Z') });
    const rows = await test.database.sql('items').where('at', '<', new Date('2026-01-01T00:00:00.001Z'));
    expect(rows.map(({ name }) => name)).toEqual(['old']);
  });

  it('has an error of a statement name who sent it, within a transaction too', async () => {
    await using test = await withItems();
    const { database } = test;
    const send = async (sql: Knex) => {
      // As in a server: V8 counts a frame of Node's own, too.
      await new Promise((resolve) => process.nextTick(resolve, undefined));
      await sql('items').insert({ no_such_column: 1 });
    };
    const within = () => database.transaction((tx) => send(tx.sql as Knex));
    for (const sending of [() => send(database.sql), within]) {
      const error: unknown = await sending().catch((thrown: unknown) => thrown);
      expect(errorPlaces(error)[0]).toMatch(/^packages\/runtime\/test\/database\.test\.ts:\d+$/);
    }
  });

  it('distinguishes a duplicate key from other errors', async () => {
    await using test = await withItems();
    await test.database.sql('items').insert(item('same'));
    const error = await test.database
      .sql('items')
      .insert(item('same'))
      .catch((caught: unknown) => caught);
    expect(isDuplicateKey(error)).toBe(true);
    expect(isDuplicateKey(await test.database.sql('missing').catch((caught: unknown) => caught))).toBe(false);
  });

  it('runs the hooks of a committed transaction and none of a rolled back one', async () => {
    await using test = await withItems();
    const ran: string[] = [];
    await test.database.transaction(async (tx) => tx.afterCommit(() => ran.push('committed')));
    await test.database
      .transaction(async (tx) => {
        tx.afterCommit(() => ran.push('rolled back'));
        throw new Error('no');
      })
      .catch(() => {});
    expect(ran).toEqual(['committed']);
  });

  it('leaves nothing of a transaction that threw', async () => {
    await using test = await withItems();
    await expect(
      test.database.transaction(async (tx) => {
        await tx.sql('items').insert(item('gone'));
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await test.database.sql('items')).toEqual([]);
  });

  it("refuses a statement of a transaction that has ended: its connection is another one's by then", async () => {
    await using test = await withItems();
    const [late] = await test.database.transaction(async ({ sql }) => [sql]);
    await expect(late?.('items').insert(item('late'))).rejects.toThrow('the transaction of this statement has ended');
    const thrown = Promise.withResolvers<typeof late>();
    const failed = test.database.transaction(async ({ sql }) => {
      thrown.resolve(sql);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await expect((await thrown.promise)?.raw('SELECT 1')).rejects.toThrow('has ended');
    expect(await test.database.sql('items')).toEqual([]);
  });

  it('refuses a transaction within a transaction, which would commit by itself', async () => {
    await using test = await withItems();
    const nested = test.database.transaction(async (tx) => tx.sql.transaction(async () => undefined));
    await expect(nested).rejects.toThrow('a transaction cannot be begun within another');
  });

  it('has its connection back when a COMMIT fails', async () => {
    await using test = await withItems();
    const refuse = ({ sql }: { sql: string }) => {
      if (sql === 'COMMIT;') throw new Error('no room on the disk');
    };
    test.database.sql.on('query', refuse);
    const committed = test.database.transaction(async (tx) => tx.sql('items').insert(item('lost')));
    await expect(committed).rejects.toThrow('no room on the disk');
    test.database.sql.removeListener('query', refuse);
    await test.database.transaction(async (tx) => tx.sql('items').insert(item('kept')));
    expect((await test.database.sql('items')).map(({ name }) => name)).toEqual(['kept']);
  });

  it('names the statement that failed, and nothing of what was bound to it', async () => {
    await using test = await withItems();
    const failed = test.database.transaction(async (tx) => tx.sql('missing').where({ name: 'secret' }).first());
    await expect(failed).rejects.toThrow('select * from `missing` where `name` = ? limit ? - ');
    await expect(failed).rejects.not.toThrow('secret');
  });

  it('runs a whole transaction again after a deadlock, with the hooks of the last try alone', async () => {
    await using test = await withItems();
    let tries = 0;
    let hooks = 0;
    await test.database.transaction(async (tx) => {
      tries += 1;
      tx.afterCommit(() => {
        hooks += 1;
      });
      await tx.sql('items').insert(item(`try ${tries}`));
      if (tries < 3) throw Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK', errno: 1213 });
    });
    const rows = await test.database.sql('items');
    expect(rows.map(({ name }) => name)).toEqual(['try 3']);
    expect(hooks).toBe(1);
  });

  it('goes on with a transaction that another process writes before, again and again', async () => {
    await using test = await withItems();
    const other = openPatiently(test.url);
    let tries = 0;
    await test.database.transaction(async (tx) => {
      tries++;
      await tx.sql('items').select('id');
      if (tries <= 8) await other.sql('items').insert(item(`other ${tries}`));
      await tx.sql('items').insert(item('own'));
    });
    await other.close();
    expect(await test.database.sql('items').where({ name: 'own' })).toHaveLength(1);
    expect(tries).toBe(test.database.dialect === 'sqlite' ? 9 : 1);
  });

  it('goes on with a transaction that another process wrote before, though this one stood still meanwhile', async () => {
    await using test = await withItems();
    const now = performance.now.bind(performance);
    let [stoodStill, tries] = [0, 0];
    vi.spyOn(performance, 'now').mockImplementation(() => now() + stoodStill);
    await test.database.transaction(async () => {
      stoodStill += 20_000;
      tries += 1;
      if (tries < 3) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY_SNAPSHOT' });
    });
    expect(tries).toBe(3);
  });

  it('loses no update of fifty transactions that collide', async () => {
    await using test = await withItems();
    await test.database.sql('items').insert({ ...item('counter'), at: new Date(0) });
    await Promise.all(
      Array.from({ length: 50 }, () =>
        test.database.transaction(async (tx) => {
          const query = tx.sql('items').where({ name: 'counter' }).first();
          const row = await (tx.dialect === 'mysql' ? query.forUpdate() : query);
          await tx
            .sql('items')
            .where({ name: 'counter' })
            .update({ at: new Date((toDate(row.at)?.getTime() ?? 0) + 1) });
        }),
      ),
    );
    const row = await test.database.sql('items').where({ name: 'counter' }).first();
    expect(toDate(row.at)?.getTime()).toBe(50);
  });

  it('reports a server that is not there as unavailable', async () => {
    const database = openDatabase('mysql://root@127.0.0.1:1/none', { logger: new MemoryLogger() });
    expect(isUnavailable(await database.ping().catch((error: unknown) => error))).toBe(true);
    await database.close();
  });
});

describe('a database of a test that is made with its schema', () => {
  it('has run its migrations, and has nothing of another one made with them', async () => {
    await using first = await withItems();
    await first.database.sql('items').insert(item('of the first'));
    await using second = await withItems();
    expect(await second.database.pendingMigrations(migrations)).toEqual([]);
    expect(await second.database.sql('items')).toEqual([]);
    await second.database.sql('items').insert(item('of the second'));
    expect(await first.database.sql('items').pluck('name')).toEqual(['of the first']);
  });
});

describe('migrations', () => {
  it('run in a database of the longest name that a server takes, which is 64 characters', async () => {
    const test = await testDatabase('x'.repeat(38));
    expect(await test.database.migrate([createItems])).toEqual(['0001-items']);
    await test.close();
  });

  it('run once, also when several replicas start at the same time', async () => {
    const test = await testDatabase('runtime');
    const ran = await Promise.all([1, 2, 3].map(() => test.database.migrate([createItems])));
    expect(ran.flat()).toEqual(['0001-items']);
    expect(await test.database.pendingMigrations([createItems])).toEqual([]);
    await test.close();
  });

  it('are pending until they have run', async () => {
    const test = await testDatabase('runtime');
    expect(await test.database.pendingMigrations([createItems])).toEqual(['0001-items']);
    await test.close();
  });

  it('name the step that failed, and its cause', async () => {
    const test = await testDatabase('runtime');
    const broken: Migration = { name: '0002-broken', up: async (knex) => void (await knex.raw('NONSENSE')) };
    await expect(test.database.migrate([createItems, broken])).rejects.toThrow(
      'migration 0002-broken failed: NONSENSE',
    );
    await test.close();
  });
});

it('a pool that too many wait for refuses more of them at once, and serves those that wait', async () => {
  await using test = await withItems();
  // Who waits gives up after seconds otherwise, and a machine that stands still for longer would have nobody served.
  const database = openDatabase(test.url, { logger: new MemoryLogger(), poolSize: 1, timeoutMs: 120_000 });
  const gate = Promise.withResolvers<void>();
  const busy = database.transaction(async (tx) => {
    await tx.sql('items').insert(item('busy'));
    await gate.promise;
  });
  let ended = 0;
  const requests = Array.from({ length: 10_000 }, () => database.ping().finally(() => ended++));
  const outcomes = Promise.allSettled(requests);
  await expect.poll(() => ended).toBeGreaterThan(9_000);
  gate.resolve();
  await busy;
  const refusals = (await outcomes).filter((outcome) => outcome.status === 'rejected');
  expect(refusals.every(({ reason }) => isUnavailable(reason))).toBe(true);
  expect(refusals.length).toBeLessThan(10_000);
  await database.close();
});

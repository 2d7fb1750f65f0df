import { type Database, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDeliveriesTable, Inbox } from '../src/index.ts';
import { away } from './busy-database.ts';

let parts: TestDatabase;
let database: Database;
let inbox: Inbox;

beforeEach(async () => {
  parts = await testDatabase('inbox');
  database = parts.database;
  await createDeliveriesTable(database.sql, database.dialect);
  await database.sql.schema.createTable('effects', (table) => table.string('name', 60));
  inbox = new Inbox(database);
});
afterEach(() => parts.close());

const nothing = async () => undefined;

describe('once', () => {
  test('runs a listener for a message once, and reports it when the message comes back', async () => {
    const id = newId();
    let runs = 0;
    const run = async () => void runs++;
    expect(await inbox.once('send-welcome', id, run)).toBe('ran');
    expect(await inbox.once('send-welcome', id, run)).toBe('repeat');
    expect(await new Inbox(database).once('send-welcome', id, run)).toBe('repeat');
    expect(runs).toBe(1);
  });

  test('a listener that failed runs again, and the others of the message do not', async () => {
    const id = newId();
    const failing = inbox.once('charge', id, () => Promise.reject(new Error('no funds')));
    await expect(failing).rejects.toThrow('no funds');
    expect(await inbox.once('mail', id, nothing)).toBe('ran');
    expect(await inbox.once('charge', id, nothing)).toBe('ran');
    expect(await inbox.once('mail', id, nothing)).toBe('repeat');
  });

  test('two copies of a message side by side do the work once', async () => {
    const id = newId();
    let runs = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => inbox.once('mail', id, async () => void runs++)),
    );
    expect(runs).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'ran')).toHaveLength(1);
  });

  test('a copy that waited for one that failed does the work itself', async () => {
    const id = newId();
    const gate = Promise.withResolvers<void>();
    const first = inbox.once('mail', id, async () => {
      await gate.promise;
      throw new Error('connection lost');
    });
    const second = inbox.once('mail', id, nothing);
    gate.resolve();
    await expect(first).rejects.toThrow('connection lost');
    expect(await second).toBe('ran');
  });

  test('a copy waits for one that never ends no longer than its consumer lets it', async () => {
    const id = newId();
    const begun = Promise.withResolvers<void>();
    void inbox.once('mail', id, () => {
      begun.resolve();
      return new Promise(() => undefined);
    });
    await begun.promise;
    const given = new AbortController();
    const copy = inbox.once('mail', id, nothing, { signal: given.signal });
    given.abort(new Error('its time is up'));
    await expect(copy).rejects.toThrow('its time is up');
  });

  test('what its consumer has given up while the database was asked does not begin', async () => {
    const given = new AbortController();
    let runs = 0;
    const run = async () => void runs++;
    const once = inbox.once('book', newId(), run, { signal: given.signal });
    given.abort(new Error('its time is up'));
    await expect(once).rejects.toThrow('its time is up');
    expect(runs).toBe(0);
  });

  test('a lookup that a silent database takes seconds for is not made again: its handler has no time for that', async () => {
    let [time, looks] = [0, 0];
    vi.spyOn(performance, 'now').mockImplementation(() => time);
    const { client } = database.sql;
    const { query } = client;
    client.query = async () => {
      looks += 1;
      time += 5_000;
      throw away;
    };
    await expect(inbox.once('book', newId(), nothing)).rejects.toBe(away);
    expect(looks).toBe(1);
    client.query = query;
  });

  test('work that is done while the database fails over is recorded once it is there again, and not done twice', async () => {
    const id = newId();
    const { client } = database.sql;
    const query = client.query.bind(client);
    const faults = Array.from({ length: 6 }, () => away);
    client.query = async (connection: unknown, statement: { sql: string }) => {
      const fault = /^insert/.test(statement.sql) ? faults.shift() : undefined;
      if (fault) throw fault;
      return query(connection, statement);
    };
    expect(await inbox.once('book', id, nothing)).toBe('ran');
    expect(faults).toEqual([]);
    expect(await inbox.once('book', id, nothing)).toBe('repeat');
  });

  test('many messages share one lookup and one insert', async () => {
    const statements: string[] = [];
    database.sql.on('query', ({ sql }: { sql: string }) => statements.push(sql));
    const ids = Array.from({ length: 200 }, () => newId());
    await Promise.all(ids.map((id) => inbox.once('mail', id, nothing)));
    expect(statements).toHaveLength(2);
    const repeats = await Promise.all(ids.map((id) => inbox.once('mail', id, nothing)));
    expect(statements).toHaveLength(3);
    expect(new Set(repeats)).toEqual(new Set(['repeat']));
  });

  test('accepts ids that are not UUIDs, and distinguishes listeners by case', async () => {
    expect(await inbox.once('a', 'schedule:prune/2026-01-01', nothing)).toBe('ran');
    expect(await inbox.once('A', 'schedule:prune/2026-01-01', nothing)).toBe('ran');
    expect(await inbox.once('a', 'schedule:prune/2026-01-01', nothing)).toBe('repeat');
    await expect(inbox.once('', newId(), nothing)).rejects.toThrow('1 to 120 characters, not 0');
  });
});

describe('onceWithin', () => {
  test('records the work and its effect together or not at all', async () => {
    const id = newId();
    const effect = (fail: boolean) =>
      inbox.onceWithin('count', id, async ({ sql }) => {
        await sql('effects').insert({ name: 'counted' });
        if (fail) throw new Error('crash after the effect');
      });
    await expect(effect(true)).rejects.toThrow('crash after the effect');
    expect(await database.sql('effects')).toHaveLength(0);
    expect(await effect(false)).toBe('ran');
    expect(await effect(false)).toBe('repeat');
    expect(await database.sql('effects')).toHaveLength(1);
  });

  test('two processes with the same message do it one after the other, once', async () => {
    const id = newId();
    const outcomes = await Promise.all(
      [inbox, new Inbox(database), new Inbox(database)].map((each) =>
        each.onceWithin('count', id, async ({ sql }) => {
          await sql('effects').insert({ name: 'counted' });
        }),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['ran', 'repeat', 'repeat']);
    expect(await database.sql('effects')).toHaveLength(1);
  });
});

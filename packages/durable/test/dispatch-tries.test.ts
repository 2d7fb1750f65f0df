import { inspect } from 'node:util';
import { type Database, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { call, type Jobs } from '../src/index.ts';
import { Count, createDurableTables, Finish, replica } from './job-support.ts';

const HOUR = 3_600_000;

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('tries');
  database = parts.database;
  await createDurableTables(database);
});
afterEach(() => parts.close());

/** One replica, and the tries of one handler for one message on it. */
function handler(messageId = newId(), name = 'ship-order') {
  const each = replica(database);
  return { ...each, tries: () => each.jobs.forTry({ messageId, handler: name, traceparent: undefined }) };
}

const bodies = async ({ outbox, sender }: ReturnType<typeof handler>) => {
  await outbox.sweep();
  return sender.sent.map(({ message }) => message.body).toSorted();
};

test('what a handler dispatches goes out once, however often it is tried, and each try learns its ids', async () => {
  const each = handler();
  const dispatchAll = async (jobs: Jobs) => [
    (await jobs.dispatch(Count, { n: 1 })).id,
    await jobs.chain('in turn', [call(Count, { n: 2 }), call(Count, { n: 3 })]),
    await jobs.batch('at once', [call(Count, { n: 4 }), call(Count, { n: 5 })], { onDone: call(Finish, { of: 'it' }) }),
  ];
  const first = await dispatchAll(each.tries());
  expect(await dispatchAll(each.tries())).toEqual(first);
  expect(await bodies(each)).toEqual(['{"n":1}', '{"n":2}', '{"n":4}', '{"n":5}']);
  expect(await database.sql('job_groups').count({ many: 'id' })).toMatchObject([{ many: 2 }]);
});

test('two tries that run at the same moment dispatch once', async () => {
  const each = handler();
  const all = await Promise.all(Array.from({ length: 5 }, () => each.tries().dispatch(Count, { n: 1 })));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(all.filter(({ dispatched }) => dispatched)).toHaveLength(1);
  expect(await bodies(each)).toEqual(['{"n":1}']);
});

test('a later try dispatches what is new in it, in whatever order; things alike are as many as one try has', async () => {
  const each = handler();
  const dispatchAll = async (jobs: Jobs, numbers: number[]) => {
    for (const n of numbers) await jobs.dispatch(Count, { n });
  };
  await dispatchAll(each.tries(), [1, 2, 2]);
  await dispatchAll(each.tries(), [2, 3, 2, 1]);
  expect(await bodies(each)).toEqual(['{"n":1}', '{"n":2}', '{"n":2}', '{"n":3}']);
});

test('what is no JSON before its schema has taken it is told apart all the same', async () => {
  const schema = z.object({ of: z.union([z.bigint(), z.set(z.string()), z.map(z.string(), z.number())]) });
  const Any = { type: 'test.any', version: 1, schema: schema.transform(({ of }) => ({ of: inspect(of) })) };
  const each = handler();
  const dispatchAll = async (jobs: Jobs, all: z.input<typeof schema>['of'][]) => {
    for (const of of all) await jobs.dispatch(Any, { of });
  };
  await dispatchAll(each.tries(), [2n ** 64n, new Set(['a'])]);
  await dispatchAll(each.tries(), [new Map([['a', 1]]), new Set(['b']), new Set(['a']), 2n ** 64n]);
  expect(await bodies(each)).toHaveLength(4);
});

test('another message, and another handler of the message, dispatch their own', async () => {
  const messageId = newId();
  const all = [handler(messageId), handler(messageId, 'bill-order'), handler()];
  for (const each of all) expect((await each.tries().dispatch(Count, { n: 1 })).dispatched).toBe(true);
});

test('a job that is put off stays so, and goes out once', async () => {
  const each = handler();
  for (let n = 0; n < 2; n++) {
    await each.tries().dispatch(Count, { n: 1 }, { delayMs: 48 * HOUR });
    await each.clock.advance(HOUR);
  }
  expect(await bodies(each)).toEqual([]);
  await each.clock.advance(47 * HOUR);
  expect(await bodies(each)).toEqual(['{"n":1}']);
});

test('a unique job that another kept from being dispatched is dispatched by a later try, once', async () => {
  const each = handler();
  const unique = { key: 'one', windowMs: HOUR };
  const other = await each.jobs.dispatch(Count, { n: 0 }, { unique });
  expect(await each.tries().dispatch(Count, { n: 1 }, { unique })).toEqual({ id: other.id, dispatched: false });
  await each.clock.advance(HOUR);
  const { id } = await each.tries().dispatch(Count, { n: 1 }, { unique });
  await each.clock.advance(HOUR);
  expect(await each.tries().dispatch(Count, { n: 1 }, { unique })).toEqual({ id, dispatched: false });
  expect(await bodies(each)).toEqual(['{"n":0}', '{"n":1}']);
});

test('what could not be dispatched is dispatched by the next try', async () => {
  const each = handler();
  const tooLong = { queue: 'q'.repeat(100) };
  await expect(each.tries().batch('b', [call(Count, { n: 1 }, tooLong)])).rejects.toThrow(/queue must have/);
  await each.tries().batch('b', [call(Count, { n: 1 })]);
  expect(await bodies(each)).toEqual(['{"n":1}']);
});

test('what goes with a transaction of the handler itself goes with each of them', async () => {
  const each = handler();
  for (let n = 0; n < 2; n++) await database.transaction((tx) => each.tries().dispatch(tx, Count, { n: 1 }));
  expect(await bodies(each)).toEqual(['{"n":1}', '{"n":1}']);
});

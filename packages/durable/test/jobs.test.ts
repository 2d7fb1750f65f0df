import { CommitOutcomeUnknown, type Database, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { AttemptsUsedUpError, PermanentError, RetryLater } from '@postern/sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, pruneDeliveries, pruneJobs } from '../src/index.ts';
import { away, BusyDatabase, lockWait } from './busy-database.ts';
import { Count, createDurableTables, Finish, received, replica } from './job-support.ts';

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('jobs');
  database = parts.database;
  await createDurableTables(database);
});
afterEach(() => parts.close());

const HOUR = 3_600_000;
const nothing = async () => undefined;

describe('dispatch', () => {
  test('sends a job now, and refuses data that the job does not ask for', async () => {
    const { jobs, outbox, sender } = replica(database);
    const { id } = await jobs.dispatch(Count, { n: 1 });
    await until(() => sender.sent.length === 1);
    expect(sender.sent[0]).toMatchObject({ queue: 'jobs', message: { id, type: 'test.count', body: '{"n":1}' } });
    await expect(jobs.dispatch(Count, { n: Number.NaN })).rejects.toThrow(/expected number/);
    await until(async () => (await outbox.pending()) === 0);
  });

  test('sends a job nowhere when the transaction that calls for it is rolled back', async () => {
    const { jobs, outbox } = replica(database);
    const failing = database.transaction(async (tx) => {
      await jobs.dispatch(tx, Count, { n: 1 }, { unique: { key: 'k' } });
      throw new Error('not this time');
    });
    await expect(failing).rejects.toThrow('not this time');
    expect(await outbox.pending()).toBe(0);
    expect((await jobs.dispatch(Count, { n: 1 }, { unique: { key: 'k' } })).dispatched).toBe(true);
  });

  test('a job for next week survives that its replica is gone by then', async () => {
    const first = replica(database);
    await first.jobs.dispatch(Count, { n: 7 }, { delayMs: 7 * 24 * HOUR });
    const second = replica(database, { clock: first.clock });
    await second.outbox.sweep();
    await second.clock.advance(6 * 24 * HOUR);
    expect(await second.outbox.sweep()).toBe(0);
    await second.clock.advance(24 * HOUR);
    expect(await second.outbox.sweep()).toBe(1);
    expect(second.sender.sent[0]?.message.body).toBe('{"n":7}');
  });
});

describe('unique jobs', () => {
  test('is dispatched once of the key that its own rule makes of its data, unless the caller names a key', async () => {
    const { jobs } = replica(database);
    const Own = { ...Count, type: 'test.own', uniqueBy: (data: unknown) => String((data as { n: number }).n) };
    const first = await jobs.dispatch(Own, { n: 1 });
    expect(await jobs.dispatch(Own, { n: 1 })).toEqual({ id: first.id, dispatched: false });
    expect((await jobs.dispatch(Own, { n: 2 })).dispatched).toBe(true);
    expect((await jobs.dispatch(Own, { n: 1 }, { unique: { key: 'mine' } })).dispatched).toBe(true);
  });

  test('keys that differ in letters, accents or spaces at their end are several', async () => {
    const { jobs } = replica(database);
    const keys = ['key', 'Key', 'k\u00e9y', 'key ', 'key  ', 'key\0', 'key \0'];
    const dispatch = (key: string) => jobs.dispatch(Count, { n: 1 }, { unique: { key } });
    for (const dispatched of [true, false]) {
      for (const key of keys) expect([key, (await dispatch(key)).dispatched]).toEqual([key, dispatched]);
    }
  });

  test('a second job of a key is not sent while the first is not done, also across replicas', async () => {
    const a = replica(database);
    const b = replica(database, { clock: a.clock, sender: a.sender });
    const results = await Promise.all(
      [a, b, a, b].map(({ jobs }) => jobs.dispatch(Count, { n: 1 }, { unique: { key: 'k' } })),
    );
    expect(results.filter(({ dispatched }) => dispatched)).toHaveLength(1);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    await until(() => a.sender.sent.length === 1);
    await b.runner.run(received(a.sender.sent[0] as (typeof a.sender.sent)[0]), nothing);
    expect((await a.jobs.dispatch(Count, { n: 2 }, { unique: { key: 'k' } })).dispatched).toBe(true);
  });

  test('a key with a window is taken until the window ends, done or not', async () => {
    const { jobs, clock, runner, sender } = replica(database);
    const unique = { key: 'k', windowMs: HOUR };
    await jobs.dispatch(Count, { n: 1 }, { unique });
    await until(() => sender.sent.length === 1);
    await runner.run(received(sender.sent[0] as (typeof sender.sent)[0]), nothing);
    expect((await jobs.dispatch(Count, { n: 2 }, { unique })).dispatched).toBe(false);
    await clock.advance(HOUR + 1);
    expect((await jobs.dispatch(Count, { n: 3 }, { unique })).dispatched).toBe(true);
  });

  test('a job that failed for good gives its key back, and one that was lost does so in the end', async () => {
    const { jobs, clock, runner, sender } = replica(database);
    const unique = { key: 'k' };
    await jobs.dispatch(Count, { n: 1 }, { unique });
    await until(() => sender.sent.length === 1);
    const message = received(sender.sent[0] as (typeof sender.sent)[0]);
    const retried = runner.run(message, () => Promise.reject(new Error('try again')));
    await expect(retried).rejects.toThrow('try again');
    expect((await jobs.dispatch(Count, { n: 2 }, { unique })).dispatched).toBe(false);
    const failed = runner.run(message, () => Promise.reject(new PermanentError('no-such-user')));
    await expect(failed).rejects.toThrow('no-such-user');
    expect((await jobs.dispatch(Count, { n: 3 }, { unique })).dispatched).toBe(true);
    await clock.advance(25 * HOUR);
    expect((await jobs.dispatch(Count, { n: 4 }, { unique })).dispatched).toBe(true);
  });

  test('a job that is asked to wait at its last attempt has not failed, and one whose runs never came to an end has', async () => {
    const { jobs, runner, sender } = replica(database);
    const unique = { key: 'k' };
    await jobs.dispatch(Count, { n: 1 }, { unique });
    await until(() => sender.sent.length === 1);
    const message = received(sender.sent[0] as (typeof sender.sent)[0], 3);
    const waiting = runner.run(message, () => Promise.reject(new RetryLater('busy')));
    await expect(waiting).rejects.toThrow('busy');
    expect((await jobs.dispatch(Count, { n: 2 }, { unique })).dispatched).toBe(false);
    await runner.givenUp(message, new AttemptsUsedUpError(3));
    expect((await jobs.dispatch(Count, { n: 3 }, { unique })).dispatched).toBe(true);
  });
});

/** Runs whatever was sent and not run yet, until nothing more comes. */
async function work(each: ReturnType<typeof replica>, handle: (body: string) => Promise<void> = nothing) {
  const bodies: string[] = [];
  const { sender, outbox, runner } = each;
  await outbox.sweep();
  while (sender.sent.length > 0) {
    for (const sent of sender.sent.splice(0)) {
      const outcome = await runner
        .run(received(sent), () => handle(sent.message.body))
        .catch((error: unknown) => String(error));
      if (outcome === 'ran') bodies.push(sent.message.body);
    }
    await outbox.sweep();
    await until(() => sender.sent.length > 0 || !outboxBusy(each));
  }
  return bodies;
}

/** A hot path that is under way ends with its message in the sender. */
function outboxBusy({ outbox }: ReturnType<typeof replica>): boolean {
  return outbox.inFlight > 0;
}

describe('a batch', () => {
  test('reports its progress, and calls its end once when all are done', async () => {
    const each = replica(database);
    const calls = Array.from({ length: 25 }, (_, n) => call(Count, { n }));
    const id = await each.jobs.batch('count to 25', calls, { onDone: call(Finish, { of: 'batch' }) });
    expect(await each.runner.progress(id)).toMatchObject({ state: 'running', total: 25, done: 0, failed: 0 });
    const bodies = await work(each);
    expect(bodies.filter((body) => body.includes('"n"'))).toHaveLength(25);
    expect(bodies.filter((body) => body.includes('"of"'))).toEqual(['{"of":"batch"}']);
    expect(await each.runner.progress(id)).toMatchObject({ state: 'done', done: 25, failed: 0 });
  });

  test('a repeat of a member counts once', async () => {
    const each = replica(database);
    const id = await each.jobs.batch('two', [call(Count, { n: 1 }), call(Count, { n: 2 })]);
    await each.outbox.sweep();
    const [first] = each.sender.sent.map((sent) => received(sent));
    if (!first) throw new Error('nothing was sent');
    expect(await each.runner.run(first, nothing)).toBe('ran');
    expect(await each.runner.run(first, nothing)).toBe('repeat');
    expect(await each.runner.progress(id)).toMatchObject({ state: 'running', done: 1 });
  });

  test('calls its failure once, and is done after all when the dead letter was redriven', async () => {
    const each = replica(database);
    const end = { onDone: call(Finish, { of: 'done' }), onFailed: call(Finish, { of: 'failed' }) };
    const id = await each.jobs.batch(
      'three',
      [1, 2, 3].map((n) => call(Count, { n })),
      end,
    );
    await each.outbox.sweep();
    const dead = each.sender.sent.find(({ message }) => message.body === '{"n":2}');
    if (!dead) throw new Error('the second job was not sent');
    const bodies = await work(each, async (body) => {
      if (body === '{"n":2}') throw new PermanentError('odd');
    });
    expect(bodies.toSorted()).toEqual(['{"n":1}', '{"n":3}', '{"of":"failed"}']);
    expect(await each.runner.progress(id)).toMatchObject({ state: 'failed', done: 2, failed: 1 });
    each.sender.sent.push(dead);
    expect(await work(each)).toEqual(['{"n":2}', '{"of":"done"}']);
    expect(await each.runner.progress(id)).toMatchObject({ state: 'done', done: 3, failed: 0 });
  });

  test('members that end at the same moment on many replicas have one last among them', async () => {
    const each = replica(database);
    const calls = Array.from({ length: 12 }, (_, n) => call(Count, { n }));
    await each.jobs.batch('side by side', calls, { onDone: call(Finish, { of: 'batch' }) });
    await each.outbox.sweep();
    const messages = each.sender.sent.splice(0).map((sent) => received(sent));
    const replicas = [each, replica(database, each), replica(database, each)];
    await Promise.all(messages.map((message, n) => replicas[n % 3]?.runner.run(message, nothing)));
    expect(await work(each)).toEqual(['{"of":"batch"}']);
  });

  test('hears of a member that is done, at its last try too, as soon as the database can record its end', async () => {
    const busy = new BusyDatabase(database);
    const each = replica(busy);
    const end = { onDone: call(Finish, { of: 'done' }), onFailed: call(Finish, { of: 'failed' }) };
    await each.jobs.batch('one', [call(Count, { n: 1 })], end);
    await each.outbox.sweep();
    const [sent] = each.sender.sent.splice(0);
    if (!sent) throw new Error('nothing was sent');
    for (const error of [lockWait, away, new CommitOutcomeUnknown(away)]) {
      busy.faults.push({ error });
      const waits = { name: 'RetryLater', atMostMs: Number.POSITIVE_INFINITY };
      await expect(each.runner.run(received(sent, 3), nothing)).rejects.toMatchObject(waits);
    }
    expect(await each.runner.run(received(sent, 3), nothing)).toBe('repeat');
    expect(await work(each)).toEqual(['{"of":"done"}']);
  });

  test('what is cancelled does not begin', async () => {
    const each = replica(database);
    const id = await each.jobs.batch('stop', [call(Count, { n: 1 })], { onDone: call(Finish, { of: 'batch' }) });
    expect(await each.runner.cancel(id)).toBe(true);
    expect(await work(each)).toEqual([]);
    expect(await each.runner.cancel(id)).toBe(false);
    expect(await each.runner.progress(newId())).toBeUndefined();
  });

  test('without a job in it is refused', async () => {
    await expect(replica(database).jobs.batch('none', [])).rejects.toThrow('"none" has no jobs');
  });
});

describe('a chain', () => {
  test('sends each job when the one before it is done', async () => {
    const each = replica(database);
    const id = await each.jobs.chain(
      'steps',
      [1, 2, 3].map((n) => call(Count, { n })),
      {
        onDone: call(Finish, { of: 'chain' }),
      },
    );
    expect(await work(each)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', '{"of":"chain"}']);
    expect(await each.runner.progress(id)).toMatchObject({ kind: 'chain', state: 'done', done: 3 });
  });

  test('stops at a job that failed for good and goes on when that is redriven', async () => {
    const each = replica(database);
    const id = await each.jobs.chain(
      'steps',
      [1, 2, 3].map((n) => call(Count, { n })),
    );
    const first = await work(each, async (body) => {
      if (body === '{"n":2}') throw new PermanentError('odd');
    });
    expect(first).toEqual(['{"n":1}']);
    expect(await each.runner.progress(id)).toMatchObject({ state: 'failed', done: 1, failed: 1 });
  });
});

test('what is long over is pruned, and what is not stays', async () => {
  const each = replica(database);
  const { clock, jobs, runner } = each;
  await jobs.batch(
    'old',
    Array.from({ length: 3 }, (_, n) => call(Count, { n })),
  );
  await work(each);
  await jobs.dispatch(Count, { n: 9 }, { unique: { key: 'old', windowMs: HOUR } });
  await clock.advance(31 * 24 * HOUR);
  const recent = await jobs.batch('recent', [call(Count, { n: 1 })]);
  await jobs.dispatch(Count, { n: 9 }, { unique: { key: 'new' } });
  await work(each);
  expect(await pruneDeliveries(database, { clock })).toBe(3);
  expect(await pruneJobs(database, { clock })).toEqual({ groups: 1, locks: 1 });
  expect(await runner.progress(recent)).toMatchObject({ state: 'done' });
  expect(await pruneDeliveries(database, { clock })).toBe(0);
  expect(await pruneJobs(database, { clock })).toEqual({ groups: 0, locks: 0 });
});

test('a member that was done stays done when a late copy of it fails', async () => {
  const each = replica(database);
  const id = await each.jobs.batch('one', [call(Count, { n: 1 }), call(Count, { n: 2 })]);
  await each.outbox.sweep();
  const [first] = each.sender.sent.map((sent) => received(sent));
  if (!first) throw new Error('nothing was sent');
  await each.runner.run(first, nothing);
  await database.sql('deliveries').delete();
  const copy = each.runner.run(first, () => Promise.reject(new PermanentError('too late')));
  await expect(copy).rejects.toThrow('too late');
  expect(await each.runner.progress(id)).toMatchObject({ state: 'running', done: 1, failed: 0 });
});

import { MemoryLogger } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import {
  AttemptsUsedUpError,
  ConsumerStoppedError,
  HandlerTimeoutError,
  LeaseLostError,
  PermanentError,
} from '@postern/sqs';
import { expect, test } from 'vitest';
import { call, Inbox, JobRunner } from '../src/index.ts';
import { away, BusyDatabase, lockWait } from './busy-database.ts';
import { Count, createDurableTables, Finish, received, replica } from './job-support.ts';

/** A batch of one job, whose message was sent. */
async function batchOfOne() {
  const { database, close } = await testDatabase('cut-off');
  await createDurableTables(database);
  const { jobs, runner, outbox, sender } = replica(database);
  const end = { onDone: call(Finish, { of: 'done' }), onFailed: call(Finish, { of: 'failed' }) };
  await jobs.batch('one', [call(Count, { n: 1 })], end);
  await outbox.sweep();
  const [sent] = sender.sent.splice(0);
  if (!sent) throw new Error('nothing was sent');
  /** What the batch's end has had sent. */
  const heard = async () => {
    await outbox.sweep();
    return sender.sent.map(({ message: { body } }) => body);
  };
  return { database, outbox, runner, sent, heard, [Symbol.asyncDispose]: close };
}

/** A runner whose database fails before any job has begun. */
function runnerWhileAway({ database, outbox }: Pick<Awaited<ReturnType<typeof batchOfOne>>, 'database' | 'outbox'>) {
  const inbox = { once: () => Promise.reject(away), isDone: async () => false } as unknown as Inbox;
  return new JobRunner(database, inbox, outbox, { logger: new MemoryLogger(), attempts: 3 });
}

test('a job whose last try has not begun, as the database was away, waits for it, and its batch hears of no failure', async () => {
  await using batch = await batchOfOne();
  const runner = runnerWhileAway(batch);
  const waits = { name: 'RetryLater', cause: away };
  await expect(runner.run(received(batch.sent, 3), async () => undefined)).rejects.toMatchObject(waits);
  expect(await batch.runner.run(received(batch.sent, 3), async () => undefined)).toBe('ran');
  expect(await batch.heard()).toEqual(['{"of":"done"}']);
});

test('a member whose last try has not begun, as nobody could say whether its batch was cancelled, waits as well', async () => {
  await using batch = await batchOfOne();
  const sql = () => {
    throw away;
  };
  const runner = runnerWhileAway({ ...batch, database: Object.create(batch.database, { sql: { value: sql } }) });
  const waits = { name: 'RetryLater', cause: away };
  await expect(runner.run(received(batch.sent, 3), async () => undefined)).rejects.toMatchObject(waits);
});

test('tries before the last one may pass while the database is away', async () => {
  await using batch = await batchOfOne();
  const runner = runnerWhileAway(batch);
  await expect(runner.run(received(batch.sent, 2), async () => undefined)).rejects.toBe(away);
  expect(await batch.heard()).toEqual([]);
});

test('a batch hears of a member that its consumer gives up as it waited for the database for too long', async () => {
  await using batch = await batchOfOne();
  const runner = runnerWhileAway(batch);
  const signal = AbortSignal.abort(new HandlerTimeoutError(20_000));
  await expect(runner.run({ ...received(batch.sent, 3), signal }, async () => undefined)).rejects.toBe(away);
  expect(await batch.heard()).toEqual(['{"of":"failed"}']);
});

test.each([
  ['a stop cut it off', new ConsumerStoppedError()],
  ['its message is another consumer’s by now', new LeaseLostError('too late')],
])('a batch hears of no failure of a member whose last try does not count, as %s', async (_why, reason) => {
  await using batch = await batchOfOne();
  const given = new AbortController();
  const cutOff = batch.runner.run({ ...received(batch.sent, 3), signal: given.signal }, () => {
    given.abort(reason);
    // What a handler makes of it may be anything.
    return Promise.reject(new PermanentError('attempts-used-up'));
  });
  await expect(cutOff).rejects.toThrow('attempts-used-up');
  expect(await batch.runner.run(received(batch.sent, 3), async () => undefined)).toBe('ran');
  expect(await batch.heard()).toEqual(['{"of":"done"}']);
});

test('a batch hears of a member that is given up while the database is away for moments', async () => {
  await using batch = await batchOfOne();
  const busy = new BusyDatabase(batch.database);
  const runner = runnerWhileAway({ ...batch, database: busy });
  busy.faults.push({ error: away }, { error: lockWait });
  await runner.givenUp(received(batch.sent, 3), new PermanentError('no'));
  expect(await batch.heard()).toEqual(['{"of":"failed"}']);
});

test('a batch hears that a member is done which is given up all the same, as its process died before it could say so', async () => {
  await using batch = await batchOfOne();
  await new Inbox(batch.database).once('job', batch.sent.message.id, async () => undefined);
  await batch.runner.givenUp(received(batch.sent, 3), new AttemptsUsedUpError(3));
  expect(await batch.heard()).toEqual(['{"of":"done"}']);
});

import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJobRecords, Inbox, JobDispatcher, JobRecords, JobRunner, pruneJobRecords } from '../src/index.ts';
import { Count, createDurableTables, encode, received } from './job-support.ts';
import { outboxOn, RecordingSender } from './support.ts';

const DAY = 86_400_000;

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('records');
  database = parts.database;
  await createDurableTables(database);
  await createJobRecords(database.sql, database.dialect);
});
afterEach(() => parts.close());

function replica() {
  const [clock, sender, logger] = [new FakeClock(), new RecordingSender(), new MemoryLogger()];
  const { outbox } = outboxOn(database, sender, { clock });
  const records = new JobRecords(database, { logger, clock });
  const jobs = new JobDispatcher(database, outbox, { encode, clock, records });
  const runner = new JobRunner(database, new Inbox(database, { clock }), outbox, { logger, clock, records });
  const fail = async () => {
    const [sent] = sender.sent;
    if (!sent) throw new Error('nothing was sent');
    await runner.run(received(sent), () => Promise.reject(new Error('no room'))).catch(() => undefined);
    await records.flush();
  };
  return { clock, sender, logger, outbox, records, jobs, fail };
}

test('a job whose transaction is rolled back is not written down', async () => {
  const { jobs, records } = replica();
  const failing = database.transaction(async (tx) => {
    await jobs.dispatch(tx, Count, { n: 1 });
    throw new Error('not this time');
  });
  await expect(failing).rejects.toThrow('not this time');
  await records.flush();
  expect(await database.sql('job_records')).toEqual([]);
});

test('a job whose process died before it was written down is so at its first try that fails', async () => {
  const { jobs, outbox, records, fail } = replica();
  await jobs.dispatch(Count, { n: 1 });
  await outbox.sweep();
  await records.flush();
  await database.sql('job_records').delete();
  await fail();
  expect(await database.sql('job_records').select('type', 'queue')).toEqual([{ type: 'test.count', queue: 'jobs' }]);
  expect(await database.sql('job_tries').select('attempt', 'outcome', 'error')).toEqual([
    {
      attempt: 1,
      outcome: 'failed',
      error: expect.stringMatching(/^no room \(packages\/durable\/test\/job-records\.test\.ts:\d+/),
    },
  ]);
});

test('a job that cannot be written down is dispatched and tried all the same', async () => {
  const { jobs, outbox, sender, logger, records, fail } = replica();
  await database.sql.schema.dropTable('job_records');
  await database.sql.schema.dropTable('job_tries');
  await jobs.dispatch(Count, { n: 1 });
  await outbox.sweep();
  await records.flush();
  await fail();
  expect(sender.sent).toHaveLength(1);
  expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('what is known of a job goes a month after it was due', async () => {
  const { jobs, clock, records, outbox, fail } = replica();
  await jobs.dispatch(Count, { n: 1 });
  await outbox.sweep();
  await fail();
  await jobs.dispatch(Count, { n: 2 }, { delayMs: 20 * DAY });
  await records.flush();
  await clock.advance(31 * DAY);
  expect(await pruneJobRecords(database, { clock })).toBe(1);
  expect(await database.sql('job_tries')).toEqual([]);
  expect(await database.sql('job_records')).toHaveLength(1);
});

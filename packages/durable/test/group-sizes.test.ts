import type { Database } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call } from '../src/index.ts';
import { Count, createDurableTables, Finish, replica } from './job-support.ts';

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('groups');
  database = parts.database;
  await createDurableTables(database);
});
afterEach(() => parts.close());

test('a chain or batch with a job that the outbox cannot keep is refused when it is dispatched, not when its turn comes', async () => {
  const { jobs } = replica(database);
  const [small, large] = [call(Count, { n: 1 }), call(Finish, { of: 'x'.repeat(1_100_000) })];
  await expect(jobs.chain('later', [small, large])).rejects.toThrow(/SQS accepts/);
  await expect(jobs.batch('at its end', [small], { onDone: large })).rejects.toThrow(/SQS accepts/);
  await expect(jobs.chain('when it fails', [small], { onFailed: large })).rejects.toThrow(/SQS accepts/);
  expect(await database.sql('job_groups')).toEqual([]);
});

test('a chain of large jobs is kept in more than one statement: together they are more than a server takes', async () => {
  const { jobs } = replica(database);
  const large = Array.from({ length: 20 }, (_, n) => call(Finish, { of: `${n}`.padEnd(1_000_000, 'x') }));
  const lengths: number[] = [];
  database.sql.on('query', ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
    if (/insert into .job_group_members/.test(sql)) lengths.push(String(bindings).length);
  });
  await jobs.chain('large', large);
  expect(lengths.filter((length) => length > 9_000_000)).toEqual([]);
  expect(await database.sql('job_group_members').whereNotNull('parcel')).toHaveLength(19);
});

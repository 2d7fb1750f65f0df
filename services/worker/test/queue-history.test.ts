import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { type QueueCounts, QueueHistory } from '../src/history/queue-history.ts';

let test: TestDatabase;
let history: QueueHistory;

beforeAll(async () => {
  test = await testDatabase('history', migrations);
  history = new QueueHistory(test.database);
});
afterAll(() => test.close());

const now = () => Math.floor(test.database.clock.now().getTime() / 1_000);
const times = (index: number) => Array.from({ length: TIME_BOUNDS.length + 1 }, (_, each) => (each === index ? 1 : 0));
const waits = Array.from({ length: WAIT_BOUNDS.length + 1 }, () => 1);
const counts = (queue: string, change: Partial<QueueCounts> = {}): QueueCounts => ({
  ...{ queue, done: 1, failed: 0, dead: 0, waiting: 5, paused: false, times: times(13), waits, ...change },
});

it('adds up what all replicas write of a minute, at once, and of the quarter of an hour that it is in', async () => {
  const at = Math.floor(now() / 900) * 900;
  const replica = async () => {
    for (const minute of [0, 60]) await history.add(at + minute, [counts('events'), counts('mail', { done: 2 })]);
  };
  await Promise.all(Array.from({ length: 8 }, replica));
  const minutes = await history.read(60, at, 'events');
  expect(minutes.map((it) => [it.at - at, it.done, it.times.at(-1), it.waits[0]])).toEqual([
    [0, 8, 8, 8],
    [60, 8, 8, 8],
  ]);
  expect(await history.read(900, at, 'mail')).toMatchObject([{ at, done: 32, waiting: 5 }]);
});

it('keeps what was last seen to wait where a replica cannot ask, and whether it is paused', async () => {
  const at = Math.floor(now() / 900) * 900;
  await history.add(at, [counts('jobs', { waiting: 7 })]);
  await history.add(at, [counts('jobs', { waiting: undefined, paused: true })]);
  expect(await history.read(60, at, 'jobs')).toMatchObject([{ waiting: 7, paused: true, done: 2 }]);
});

it('knows when a queue was last empty', async () => {
  const at = Math.floor(now() / 60) * 60 - 3_600;
  await history.add(at, [counts('quiet', { waiting: 0 })]);
  await history.add(at + 60, [counts('quiet', { waiting: 1 })]);
  const found = (await history.lastEmpty()).get('quiet') ?? 0;
  expect(found - at).toBe(60);
  expect((await history.lastEmpty()).has('events')).toBe(false);
});

it('deletes minutes after seven hours and the rest after eight days, whatever is written', async () => {
  const at = Math.floor(now() / 900) * 900;
  await history.add(at - 7 * 3_600 - 900, [counts('old')]);
  await history.add(at - 8 * 86_400 - 900, [counts('old')]);
  await history.prune();
  expect(await history.read(60, 0, 'old')).toEqual([]);
  expect(await history.read(900, 0, 'old')).toHaveLength(1);
});

import { CommitOutcomeUnknown, type Database, FakeClock, MemoryLogger, type Metrics } from '@postern/runtime';
import { type TestDatabase, testDatabase, testMetrics, until } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createScheduleTables,
  type ScheduledFunction,
  type ScheduledRun,
  ScheduleOrders,
  Scheduler,
} from '../src/index.ts';
import { away, BusyDatabase, lockWait } from './busy-database.ts';

const MINUTE = 60_000;

let parts: TestDatabase;
let database: Database;
let clock: FakeClock;
let logger: MemoryLogger;

beforeEach(async () => {
  parts = await testDatabase('scheduled_functions');
  database = parts.database;
  await createScheduleTables(database.sql, database.dialect);
  clock = new FakeClock();
  logger = new MemoryLogger();
});
afterEach(() => parts.close());

const list = () => new ScheduleOrders(database).list();

/** A replica that has looked once, so that its schedule comes due from now on. */
async function replica(
  schedule: ScheduledFunction,
  { on = database, ...options }: { on?: Database; metrics?: Metrics; clock?: FakeClock } = {},
): Promise<Scheduler> {
  const scheduler = new Scheduler(on, { logger, clock, ...options }).add(schedule);
  await scheduler.tick();
  return scheduler;
}

/** Fails once. */
function failingOnce() {
  const faults = [new Error('disk full')];
  const runs: string[] = [];
  const run = async ({ traceparent }: ScheduledRun) => {
    runs.push(traceparent);
    for (const fault of faults.splice(0)) throw fault;
  };
  return { runs, prune: { name: 'prune', everyMs: MINUTE, run } };
}

test('a function runs on the replica that fired, in a trace of its own, and its failure is reported and does not end the schedule', async () => {
  const { runs, prune } = failingOnce();
  const replicas = [await replica(prune), await replica(prune)];
  const tick = async () => (await Promise.all(replicas.map((scheduler) => scheduler.tick()))).flat();
  await clock.advance(MINUTE);
  expect(await tick()).toEqual(['prune']);
  expect(await list()).toMatchObject([{ lastError: 'disk full', doneAt: clock.now() }]);
  await clock.advance(MINUTE);
  expect(await tick()).toEqual(['prune']);
  expect(await list()).toMatchObject([{ lastError: undefined }]);
  expect(new Set(runs).size).toBe(2);
  for (const traceparent of runs) expect(traceparent).toMatch(/^00-[0-9a-f]{32}-/);
  expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
});

test.each([
  ['that did nothing', { committed: false }],
  ['that had begun it', { committed: true }],
])(
  'a function runs at the next look, and once, where the answer to a COMMIT was lost %s',
  async (_what, { committed }) => {
    const busy = new BusyDatabase(database);
    const runs: string[] = [];
    const nightly = {
      name: 'nightly',
      cron: '15 3 * * *',
      run: async ({ traceparent }: ScheduledRun) => runs.push(traceparent),
    };
    const [asked, other] = [await replica(nightly, { on: busy }), await replica(nightly)];
    await clock.advance(4 * 60 * MINUTE);
    busy.faults.push({ error: new CommitOutcomeUnknown(away), committed });
    await asked.tick().catch(() => []);
    for (const scheduler of [asked, other, asked]) await scheduler.tick();
    expect(runs).toHaveLength(1);
    await clock.advance(24 * 60 * MINUTE);
    await other.tick();
    expect(runs).toHaveLength(2);
  },
);

test('the end of a run is recorded when the database is there again, and the next one begins at its time', async () => {
  const busy = new BusyDatabase(database);
  const run = async () => void busy.faults.push({ error: away }, { error: lockWait });
  const often = { name: 'often', everyMs: MINUTE };
  const scheduler = await replica({ ...often, run }, { on: busy });
  const other = await replica({ ...often, run: async () => undefined });
  await clock.advance(MINUTE);
  const ticked = scheduler.tick();
  await until(async () => {
    await clock.advance(100);
    return busy.faults.length === 0 && (await list())[0]?.doneAt !== undefined;
  });
  expect(await ticked).toEqual(['often']);
  await clock.advance(MINUTE);
  expect(await other.tick()).toEqual(['often']);
  expect(logger.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
});

test('a schedule whose last run failed is one in the metrics until a run goes well', async () => {
  const metrics = testMetrics();
  const scheduler = await replica(failingOnce().prune, { metrics });
  const failing = async () => (await metrics.expose()).match(/schedule_failing\{schedule="prune"\} (\d)/)?.[1];
  const seen = [await failing()];
  for (const _ of [1, 2]) {
    await clock.advance(MINUTE);
    await scheduler.tick();
    seen.push(await failing());
  }
  expect(seen).toEqual(['0', '1', '0']);
});

/** A run that began on a replica of its own, and ends when the test lets it. */
async function begun(slow: { name: string; everyMs: number; runMs?: number }, clockOfIt = clock) {
  const gate = Promise.withResolvers<void>();
  const began = await replica({ ...slow, run: () => gate.promise }, { clock: clockOfIt });
  await clockOfIt.advance(slow.everyMs);
  const running = began.tick();
  await until(async () => (await list())[0]?.firedAt !== undefined);
  const end = async () => {
    gate.resolve();
    await running;
  };
  return { other: await replica({ ...slow, run: async () => undefined }), end };
}

/** Minutes go by, in each of which a run that lives renews its lock. */
async function minutes(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await until(() => clock.sleeping > 0);
    await clock.advance(MINUTE);
  }
}

test('a run whose process died frees its schedule after ten minutes', async () => {
  const diedWithIt = new FakeClock();
  const { other, end } = await begun({ name: 'slow', everyMs: MINUTE }, diedWithIt);
  await clock.advance(10 * MINUTE);
  expect(await other.tick()).toEqual([]);
  await clock.advance(2 * MINUTE);
  expect(await other.tick()).toEqual(['slow']);
  await end();
});

test('a run that goes on keeps its schedule until it ends, and at most for its time', async () => {
  const { other, end } = await begun({ name: 'slow', everyMs: MINUTE, runMs: 20 * MINUTE });
  await minutes(19);
  expect(await other.tick()).toEqual([]);
  await minutes(1);
  await clock.advance(MINUTE);
  expect(await other.tick()).toEqual(['slow']);
  await end();
});

/** A replica whose run goes on until `stop` cuts it off. */
async function underWay() {
  const began = Promise.withResolvers<void>();
  const slow = { name: 'slow', everyMs: 60 * MINUTE };
  const run = async ({ signal }: ScheduledRun) => {
    began.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    signal.throwIfAborted();
  };
  const stopping = await replica({ ...slow, run });
  await clock.advance(60 * MINUTE);
  const ticked = stopping.tick();
  await began.promise;
  const stop = async () => {
    await stopping.stop();
    await ticked;
  };
  return { slow, stop };
}

test('a run that a stop has cut off has not failed, and another replica begins it again at once', async () => {
  const { slow, stop } = await underWay();
  const other = await replica({ ...slow, run: async () => undefined });
  expect(await other.tick()).toEqual([]);
  await stop();
  const [cutOff] = await list();
  expect(cutOff).toMatchObject({ lastError: undefined, asked: { by: 'a replica that was stopped' } });
  expect(await other.tick()).toEqual(['slow']);
  expect(await other.tick()).toEqual([]);
  expect(await list()).toMatchObject([{ nextAt: cutOff?.nextAt, asked: undefined }]);
  expect(logger.lines).toEqual([]);
});

test('a run that was cut off is not begun again once its schedule is paused', async () => {
  const { stop } = await underWay();
  await new ScheduleOrders(database).pause('slow', { by: 'kim', reason: 'too slow' });
  await stop();
  expect(await list()).toMatchObject([{ asked: undefined, paused: { by: 'kim' } }]);
});

import { CommitOutcomeUnknown, Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, type Schedule, ScheduleOrders, Scheduler } from '../src/index.ts';
import { away, BusyDatabase, lockWait } from './busy-database.ts';
import { Count, createDurableTables, received, replica } from './job-support.ts';

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('schedules');
  database = parts.database;
  await createDurableTables(database);
});
afterEach(() => parts.close());

const MINUTE = 60_000;
const list = () => new ScheduleOrders(database).list();
const nightly: Schedule = { name: 'nightly', cron: '15 3 * * *', call: call(Count, { n: 3 }) };

function schedulers(count: number, schedule: Schedule, each = replica(database), on = database) {
  const logger = new MemoryLogger();
  const all = Array.from({ length: count }, () =>
    new Scheduler(on, { logger, clock: each.clock, dispatcher: each.jobs }).add(schedule),
  );
  return { ...each, all, logger };
}

test('fires once across replicas, at its time, and reports when it ran last', async () => {
  const { all, clock, sender, runner } = schedulers(3, nightly);
  const tick = async () => (await Promise.all(all.map((scheduler) => scheduler.tick()))).flat();
  expect(await tick()).toEqual([]);
  await clock.advance(3 * 60 * MINUTE + 14 * MINUTE);
  expect(await tick()).toEqual([]);
  await clock.advance(MINUTE);
  expect(await tick()).toEqual(['nightly']);
  expect(await tick()).toEqual([]);
  await until(() => sender.sent.length === 1);
  await clock.advance(MINUTE);
  await runner.run(received(sender.sent[0] as (typeof sender.sent)[0]), async () => undefined);
  expect(await list()).toEqual([
    {
      name: 'nightly',
      timing: '15 3 * * * UTC',
      nextAt: new Date('2026-01-02T03:15:00Z'),
      firedAt: new Date('2026-01-01T03:15:00Z'),
      doneAt: new Date('2026-01-01T03:16:00Z'),
      skipped: 0,
      lastError: undefined,
    },
  ]);
});

test('what came due while every replica was down fires once, and then at its next time', async () => {
  const before = schedulers(1, nightly);
  await before.all[0]?.tick();
  await before.clock.advance(5 * 24 * 60 * MINUTE);
  const after = schedulers(2, nightly, replica(database, { clock: before.clock }));
  const fired = await Promise.all(after.all.map((scheduler) => scheduler.tick()));
  expect(fired.flat()).toEqual(['nightly']);
  expect((await list())[0]?.nextAt).toEqual(new Date('2026-01-06T03:15:00Z'));
});

test('an interval does not drift, and a run that has not ended keeps the next from firing', async () => {
  const { all, clock, sender, runner } = schedulers(1, { name: 'often', everyMs: MINUTE, call: call(Count, { n: 1 }) });
  const [scheduler] = all;
  await scheduler?.tick();
  await clock.advance(MINUTE + 700);
  expect(await scheduler?.tick()).toEqual(['often']);
  await clock.advance(MINUTE);
  expect(await scheduler?.tick()).toEqual([]);
  await until(() => sender.sent.length === 1);
  await runner.run(received(sender.sent[0] as (typeof sender.sent)[0]), async () => undefined);
  await clock.advance(MINUTE);
  expect(await scheduler?.tick()).toEqual(['often']);
  const [report] = await list();
  expect(report).toMatchObject({ skipped: 1, nextAt: new Date('2026-01-01T00:04:00Z') });
});

test('a schedule that cannot be right is refused when it is added', () => {
  const scheduler = new Scheduler(database, { logger: new MemoryLogger() });
  const run = async () => undefined;
  expect(() => scheduler.add({ name: 'a', cron: '61 * * * *', run })).toThrow(
    /^the schedule "a": "61 \* \* \* \*" \(UTC\) is not a cron pattern: expected five fields: minute 0-59/,
  );
  expect(() => scheduler.add({ name: 'a', cron: '0 0 31 2 *', run })).toThrow(/^the schedule "a": .*never comes/);
  expect(() => scheduler.add({ name: 'a', everyMs: 5, run })).toThrow(
    /^the schedule "a": everyMs must be a whole number, at least 1000 .*, not 5$/,
  );
  expect(() => scheduler.add({ name: 'a', everyMs: 5_000, runMs: 0, run })).toThrow('the schedule "a": runMs must be');
  expect(() => scheduler.add({ name: 'a'.repeat(121), everyMs: 5_000, run })).toThrow('1 to 120 characters: "aaa');
  expect(() => scheduler.add({ name: 'a', everyMs: Number.POSITIVE_INFINITY, run })).toThrow('not Infinity');
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n).join();
  expect(() => scheduler.add({ name: 'a', cron: `${upTo(60)} ${upTo(24)} * * *`, run })).toThrow('200 characters');
  expect(() => scheduler.add(nightly)).toThrow('the schedule "nightly" is a job: give the scheduler a dispatcher');
  scheduler.add({ name: 'a', everyMs: 5_000, run });
  expect(() => scheduler.add({ name: 'a', everyMs: 5_000, run })).toThrow('two schedules are named "a"');
});

test('a schedule whose job is not what it asks for is refused when it is added', () => {
  const bad: Schedule = { name: 'bad', everyMs: MINUTE, call: call(Count, { n: 'three' } as unknown as { n: number }) };
  expect(() => schedulers(1, bad)).toThrow(/the job of the schedule "bad" cannot be written: .*expected number/s);
});

test('a schedule that cannot be begun keeps its error, and the others run', async () => {
  const data = { n: 1 };
  const { all, clock, logger, sender } = schedulers(1, { name: 'a-bad', everyMs: MINUTE, call: call(Count, data) });
  const [scheduler] = all;
  scheduler?.add({ name: 'good', everyMs: MINUTE, call: call(Count, { n: 2 }) });
  await scheduler?.tick();
  data.n = Number.NaN;
  await clock.advance(MINUTE);
  expect(await scheduler?.tick()).toEqual(['good']);
  await until(() => sender.sent.length === 1);
  const [bad, good] = await list();
  expect(bad?.lastError).toContain('expected number');
  expect(bad?.nextAt).toEqual(good?.nextAt);
  expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
});

test.each([
  ['another transaction was in the way', { error: lockWait }],
  ['the answer to a COMMIT was lost that did nothing', { error: new CommitOutcomeUnknown(away) }],
  ['the answer to a COMMIT was lost that had begun it', { error: new CommitOutcomeUnknown(away), committed: true }],
])('begins once, and not a day later, where %s; and the others run', async (_what, fault) => {
  const busy = new BusyDatabase(database);
  const each = replica(database);
  const { all, clock, outbox, sender } = schedulers(1, nightly, each, busy);
  all[0]?.add({ ...nightly, name: 'other' });
  const tick = async () => all[0]?.tick().catch(() => []);
  await tick();
  await clock.advance(4 * 60 * MINUTE);
  busy.faults.push(fault);
  await tick();
  await tick();
  await tick();
  // Of a COMMIT without an answer the outbox has the job until its sweeper takes it.
  await clock.advance(MINUTE);
  await outbox.sweep();
  await until(() => sender.sent.length === 2);
  const next = { nextAt: new Date('2026-01-02T03:15:00Z'), lastError: undefined };
  expect(await list()).toMatchObject([next, next]);
});

test('a next time that a clock which was far ahead has written is set right by the next replica that starts', async () => {
  const before = schedulers(1, nightly);
  await before.all[0]?.tick();
  const nextAt = async () => (await list())[0]?.nextAt.toISOString();
  const writeAndStart = async (next: string) => {
    await database.sql('job_schedules').update({ next_at: new Date(next) });
    await schedulers(1, nightly, replica(database, { clock: before.clock })).all[0]?.tick();
    return nextAt();
  };
  expect(await writeAndStart('2099-01-01T03:15:00Z')).toBe('2026-01-01T03:15:00.000Z');
  // It has just fired by a clock that is a little ahead.
  await before.clock.advance((3 * 60 + 14) * MINUTE);
  expect(await writeAndStart('2026-01-02T03:15:00Z')).toBe('2026-01-02T03:15:00.000Z');
});

/** A database whose transactions never end, in a way that no limit catches. */
class StuckDatabase extends Database {
  readonly begun = Promise.withResolvers<void>();

  constructor({ sql, dialect, clock }: Database) {
    super({ sql, dialect, clock }, () => sql, new MemoryLogger());
  }

  override transaction<T>(): Promise<T> {
    this.begun.resolve();
    return new Promise(() => undefined);
  }
}

test('a scheduler that hangs is a stall; one that stands by is not', async () => {
  const clock = new FakeClock();
  const stuck = new StuckDatabase(database);
  const options = { logger: new MemoryLogger(), clock };
  const schedule = { name: 'stuck', everyMs: MINUTE, run: async () => undefined };
  const [idle, hanging] = [new Scheduler(database, options), new Scheduler(stuck, options).add(schedule)];
  await hanging.tick();
  await clock.advance(2 * MINUTE);
  hanging.start();
  await stuck.begun.promise;
  expect([idle.stalled(), hanging.stalled()]).toEqual([undefined, undefined]);
  await clock.advance(6 * MINUTE);
  expect([idle.stalled(), hanging.stalled()]).toEqual([undefined, 'no schedule was looked at for 360 s']);
});

describe('what operators want of a schedule', () => {
  const kim = { by: 'kim', reason: 'repairs' };
  const minutely: Schedule = { name: 'minutely', everyMs: MINUTE, call: call(Count, { n: 1 }) };

  async function open(schedule: Schedule) {
    const parts = schedulers(3, schedule);
    const tick = async () => (await Promise.all(parts.all.map((scheduler) => scheduler.tick()))).flat();
    await tick();
    return { ...parts, tick, orders: new ScheduleOrders(database) };
  }

  async function run(orders: ScheduleOrders, name: string, tick: () => Promise<string[]>) {
    const before = await orders.runNow(name, 'kim');
    const fired = await tick();
    return { fired, outcome: before && (await orders.untilRun(before)) };
  }

  test('no replica fires one that is paused; resumed, it goes on at its next time and makes nothing up', async () => {
    const { clock, tick, orders } = await open(minutely);
    expect(await orders.pause('minutely', kim)).toMatchObject({ began: true, schedule: { paused: kim } });
    await clock.advance(5 * MINUTE);
    expect(await tick()).toEqual([]);
    expect(await orders.resume('minutely')).toMatchObject(kim);
    expect(await tick()).toEqual([]);
    await clock.advance(MINUTE);
    expect(await tick()).toEqual(['minutely']);
    expect(await list()).toMatchObject([{ paused: undefined, skipped: 0 }]);
  });

  test('a pause keeps who made it first, and is not ended by whoever means an earlier one', async () => {
    const { orders } = await open(minutely);
    const first = await orders.pause('minutely', kim);
    const second = await orders.pause('minutely', { by: 'lee', reason: 'me too' });
    expect(second).toEqual({ ...first, began: false });
    expect(await orders.resume('minutely', new Date(0))).toBeUndefined();
    expect(await orders.resume('minutely', first?.schedule.paused?.at)).toMatchObject(kim);
    expect(await orders.resume('minutely')).toBeUndefined();
    expect(await orders.pause('hourly', kim)).toBeUndefined();
  });

  test('one replica runs it now, paused or not, and its next time stays', async () => {
    const { clock, tick, orders } = await open(nightly);
    const [before] = await list();
    await orders.pause('nightly', kim);
    await clock.advance(MINUTE);
    expect(await run(orders, 'nightly', tick)).toEqual({ fired: ['nightly'], outcome: 'begun' });
    expect(await tick()).toEqual([]);
    expect(await list()).toMatchObject([{ nextAt: before?.nextAt, firedAt: clock.now(), paused: kim }]);
  });

  test('it does not run beside itself, and whoever asked is answered so', async () => {
    const { clock, tick, orders } = await open(minutely);
    await clock.advance(MINUTE);
    expect(await tick()).toEqual(['minutely']);
    expect(await run(orders, 'minutely', tick)).toEqual({ fired: [], outcome: 'still-running' });
  });

  test('a run that cannot be begun is tried once, and its error is kept', async () => {
    const data = { n: 1 };
    const { tick, orders } = await open({ ...minutely, call: call(Count, data) });
    data.n = Number.NaN;
    expect(await run(orders, 'minutely', tick)).toEqual({ fired: [], outcome: 'failed' });
    expect(await run(orders, 'minutely', tick)).toEqual({ fired: [], outcome: 'failed' });
    expect(await orders.runNow('hourly', 'kim')).toBeUndefined();
  });
});

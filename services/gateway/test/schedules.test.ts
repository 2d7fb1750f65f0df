import { Outbox, ScheduleOrders, Scheduler } from '@postern/durable';
import { defineJob, EnvelopeWriter, GATEWAY, JobRequested, UserErased } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { MessageSender, type OutgoingMessage } from '@postern/sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { EventPublisher } from '../src/outbox/event-publisher.ts';
import { type GatewaySchedule, gatewayScheduler } from '../src/schedules/gateway-schedule.ts';
import { scheduleContext } from '../src/schedules/testing/run-scheduled.ts';
import { ownSchedules } from './accounts/run-schedules.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const MINUTE = 60_000;
const Archive = defineJob('notes.archive', 1, z.object({ user_id: z.uuid() }));

class KeepingSender extends MessageSender {
  readonly sent: OutgoingMessage[] = [];

  override async send(_queue: string, message: OutgoingMessage): Promise<void> {
    this.sent.push(message);
  }

  override async close(): Promise<void> {}
}

let test: TestDatabase;
let outbox: Outbox;
let sender: KeepingSender;
let clock: FakeClock;

beforeEach(async () => {
  test = await testDatabase('gateway_schedules', migrations);
  await test.database.sql.schema.createTable('notes', (table) => table.string('text', 100));
  await test.database.sql('notes').insert([{ text: 'old' }, { text: 'older' }]);
  sender = new KeepingSender();
  clock = new FakeClock();
  const [logger, metrics] = [new MemoryLogger(), new Metrics({ defaults: false })];
  outbox = new Outbox(test.database, sender, { logger, metrics, clock });
});
afterEach(async () => {
  await outbox.stop();
  await test.close();
});

/** Deletes the notes and says so by an event and a job. */
const forget = (after = async (): Promise<void> => undefined): GatewaySchedule => ({
  ...{ name: 'notes-forget', everyMs: MINUTE },
  run: ({ database, events, jobs }) =>
    database.transaction(async (tx) => {
      await tx.sql('notes').delete();
      const user_id = newId();
      const person = { user_id, email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
      await events.dispatch(tx, UserErased, person);
      await jobs.dispatch(tx, Archive, { user_id });
      await after();
    }),
});

/** Two replicas that have the schedule; each fires what is due by itself. */
async function due(schedule: GatewaySchedule) {
  const { database } = test;
  const log = new MemoryLogger();
  const events = new EventPublisher(outbox, new EnvelopeWriter(GATEWAY, testKeys('k1')), clock, []);
  const replicas = [1, 2].map(() => gatewayScheduler([schedule], scheduleContext({ database, events, clock, log })));
  const tick = async () => (await Promise.all(replicas.map((scheduler) => scheduler.tick()))).flat();
  await tick();
  await clock.advance(MINUTE);
  return { tick, log };
}

const notes = () => test.database.sql('notes').pluck('text');

it('what a schedule changes is committed with the event and the job that it dispatches, by one replica, in a trace of their own', async () => {
  const { tick } = await due(forget());
  expect(await tick()).toEqual(['notes-forget']);
  expect(await notes()).toEqual([]);
  await until(() => sender.sent.length === 2);
  const sent = sender.sent.map(({ body }) => JSON.parse(body) as { type: string; traceparent: string });
  expect(sent.map(({ type }) => type).sort()).toEqual([JobRequested.type, UserErased.type]);
  const [trace, ...others] = new Set(sent.map(({ traceparent }) => traceparent));
  expect(trace).toMatch(/^00-[0-9a-f]{32}-/);
  expect(others).toEqual([]);
});

it('a run that fails leaves everything as it was, and its schedule says why', async () => {
  const { tick, log } = await due(forget(() => Promise.reject(new Error('disk full'))));
  await tick();
  expect(await notes()).toEqual(['old', 'older']);
  expect(await test.database.sql('outbox')).toEqual([]);
  expect(await new ScheduleOrders(test.database).list()).toMatchObject([
    { name: 'notes-forget', lastError: 'disk full' },
  ]);
  expect(log.lines).toMatchObject([{ level: 'error', fields: { schedule: 'notes-forget' } }]);
});

it('a schedule that cannot be right keeps the gateway from starting, and is named', () => {
  const bad: GatewaySchedule = { name: 'notes-forget', cron: '61 * * * *', run: async () => undefined };
  expect(() => gatewayScheduler([bad], scheduleContext({ database: test.database }))).toThrow(
    'the schedule "notes-forget": "61 * * * *" (UTC) is not a cron pattern',
  );
});

it('those that delete what has expired run once a minute each, and well', async () => {
  const gateway = await TestGateway.start();
  try {
    const scheduler = gateway.container.get(Scheduler);
    await scheduler.tick();
    gateway.clock.advance(60);
    const fired = await scheduler.tick();
    const names = ownSchedules.map(({ name }) => name);
    expect(fired).toEqual(expect.arrayContaining(names));
    const reports = (await new ScheduleOrders(gateway.database).list()).filter(({ name }) => names.includes(name));
    expect(reports.map(({ doneAt, lastError }) => [doneAt, lastError])).toEqual(
      reports.map(() => [gateway.clock.now(), undefined]),
    );
  } finally {
    await gateway.close();
  }
});

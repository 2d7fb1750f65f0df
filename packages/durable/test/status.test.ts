import { type Database, FakeClock, MemoryLogger } from '@postern/runtime';
import { openPatiently, runCommands, type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import { SendFailedError } from '@postern/sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOutboxTable, createReplicasTable, ReplicaBeat, statusCommand } from '../src/index.ts';
import { listReplicas } from '../src/replicas/replica-list.ts';
import { message, outboxOn, RecordingSender } from './support.ts';

let parts: TestDatabase;
let database: Database;

beforeEach(async () => {
  parts = await testDatabase('status');
  database = parts.database;
  await createOutboxTable(database.sql, database.dialect);
  await createReplicasTable(database);
});
afterEach(() => parts.close());

const HOUR = 3_600_000;

function replica(host: string, options: { clock?: FakeClock; perSecond?: number } = {}) {
  const logger = new MemoryLogger();
  const { perSecond = 0, ...rest } = options;
  const facts = () => ({
    queues: [{ queue: 'events', per_second: perSecond }],
    parts: [{ name: 'smtp', state: 'closed' }],
  });
  return { logger, beat: new ReplicaBeat(database, { version: '1.2.3', logger, facts, host, ...rest }) };
}

const hosts = async (clock?: FakeClock) => (await listReplicas(database, clock)).map(({ host }) => host);

test('a replica is listed from its start to its stop, with what it reports about itself', async () => {
  const { beat } = replica('one');
  beat.start();
  await until(async () => (await hosts()).length === 1);
  const [listed] = await listReplicas(database);
  expect(listed).toMatchObject({ version: '1.2.3', state: 'running', parts: [{ name: 'smtp', state: 'closed' }] });
  await beat.stop();
  expect(await hosts()).toEqual([]);
});

test('one that is not heard of is silent, and is forgotten after an hour by the others', async () => {
  const clock = new FakeClock();
  const silent = replica('silent', { clock });
  silent.beat.start();
  await until(async () => (await hosts(clock)).length === 1);
  const later = new FakeClock();
  await later.advance(31_000);
  expect(await listReplicas(database, later)).toMatchObject([{ host: 'silent', state: 'silent' }]);
  await later.advance(HOUR);
  const next = replica('next', { clock: later });
  next.beat.start();
  await until(async () => (await hosts(later)).join() === 'next');
  await Promise.all([silent.beat.stop(), next.beat.stop()]);
});

test.each(['{"queues":[', 'null', '{}'])('a replica whose facts are damaged hides no other: %s', async (facts) => {
  const replicas = ['one', 'two'].map((host) => replica(host));
  for (const { beat } of replicas) beat.start();
  await until(async () => (await hosts()).length === 2);
  await database.sql('replicas').where({ host: 'one' }).update({ facts });
  const listed = await listReplicas(database);
  expect(new Map(listed.map(({ host, queues }) => [host, queues.length]))).toEqual(
    new Map([
      ['one', 0],
      ['two', 1],
    ]),
  );
  await Promise.all(replicas.map(({ beat }) => beat.stop()));
});

test('a heartbeat that fails is a warning, once a minute, and stops nothing', async () => {
  await database.sql.schema.dropTable('replicas');
  const clock = new FakeClock();
  const { beat, logger } = replica('one', { clock });
  beat.start();
  for (let beats = 0; beats < 3; beats++) {
    await until(() => clock.sleeping === 1);
    await clock.advance(10_000);
  }
  await createReplicasTable(database);
  await until(() => clock.sleeping === 1);
  await clock.advance(10_000);
  await until(() => logger.lines.length > 1);
  expect(await hosts(clock)).toEqual(['one']);
  expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  await beat.stop();
});

test('the status shows who runs and what waits, and for how long at the speed of those who run', async () => {
  const { outbox } = outboxOn(database, stuck());
  await database.transaction((tx) => outbox.add(tx, 'events', message()));
  const running = [replica('one', { perSecond: 4 }), replica('two', { perSecond: 2 })];
  for (const { beat } of running) beat.start();
  await until(async () => (await hosts()).length === 2);
  const depth = { queue: 'events', waiting: 30, in_flight: 1, delayed: 0, dead: 2 };
  const status = statusCommand({ open: opened, queues: async () => [depth, { ...depth, queue: 'mail' }] });
  const { code, out } = await runCommands([status], 'status');
  expect(code).toBe(0);
  expect(out).toMatch(/outbox: 1 not sent, 0 of them dead/);
  expect(out).toMatch(/one +1\.2\.3 +running/);
  expect(out).toMatch(/events +30 +1 +0 +2 +6 +5 s/);
  expect(out).toMatch(/mail +30 +1 +0 +2 +0 +-/);
  await Promise.all(running.map(({ beat }) => beat.stop()));
});

test('the status shows the other parts where one cannot be asked, and fails', async () => {
  const status = statusCommand({ open: opened, queues: () => Promise.reject(new Error('SQS is away')) });
  const half = await runCommands([status], 'status', '--json');
  expect(half).toMatchObject({ code: 1, complaints: 'the queues cannot be asked: SQS is away' });
  expect(JSON.parse(half.out)).toMatchObject({ outbox: { pending: 0 }, replicas: [], queues: null });
});

test('the status shows the queues that answer beside one that does not', async () => {
  const depth = { queue: 'events', waiting: 3, in_flight: 0, delayed: 0, dead: 0 };
  const error = Object.assign(new Error('mail: it was deleted'), { answered: [depth] });
  const status = statusCommand({ open: opened, queues: () => Promise.reject(error) });
  const { code, out, complaints } = await runCommands([status], 'status');
  expect({ code, complaints }).toEqual({ code: 1, complaints: 'the queues cannot be asked: mail: it was deleted' });
  expect(out).toMatch(/events +3 /);
});

test('the status shows that the database cannot be written, where all that is read looks well', async () => {
  const frozen = openPatiently(parts.url, { poolSize: 1 });
  await frozen.sql.raw(frozen.dialect === 'mysql' ? 'SET SESSION TRANSACTION READ ONLY' : 'PRAGMA query_only = 1');
  const open = <Result>(work: (parts: { database: Database; logger: MemoryLogger }) => Promise<Result>) =>
    work({ database: frozen, logger: new MemoryLogger() });
  const { code, complaints } = await runCommands([statusCommand({ open, queues: async () => [] })], 'status');
  await frozen.close();
  expect(code).toBe(1);
  expect(complaints).toMatch(/^the database cannot be written: /);
});

test('replicas that share a host are told apart by their processes', async () => {
  const sharing = [replica('vm'), replica('vm'), replica('other')];
  for (const { beat } of sharing) beat.start();
  await until(async () => (await hosts()).length === 3);
  const names = (await listReplicas(database)).map(({ name }) => name);
  expect(names.toSorted()).toEqual(['other', `vm pid ${process.pid}`, `vm pid ${process.pid}`]);
  await Promise.all(sharing.map(({ beat }) => beat.stop()));
});

test('a part that is shut off is called so, with its last words', async () => {
  const [at, logger] = [new Date().toISOString(), new MemoryLogger()];
  const smtp = { name: 'smtp', state: 'open', until: at, last_words: '454 not today', last_words_at: at };
  const facts = () => ({ queues: [], parts: [smtp] });
  const beat = new ReplicaBeat(database, { version: '1.2.3', logger, facts, host: 'one' });
  beat.start();
  await until(async () => (await hosts()).length === 1);
  const { out } = await runCommands([statusCommand({ open: opened, queues: async () => [] })], 'status');
  expect(out).toMatch(/one +smtp +shut off until \S+ +454 not today/);
  await beat.stop();
});

function stuck(): RecordingSender {
  const sender = new RecordingSender();
  sender.before = () => Promise.reject(new SendFailedError('SQS is away'));
  return sender;
}

function opened<Result>(work: (parts: { database: Database; logger: MemoryLogger }) => Promise<Result>) {
  return work({ database, logger: new MemoryLogger() });
}

import { DatabaseClock, MemoryLogger } from '@postern/runtime';
import { openPatiently, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { Inbox, JobDispatcher, JobRunner, Scheduler } from '../src/index.ts';
import { Count, createDurableTables, encode, received } from './job-support.ts';
import { message, outboxOn, RecordingSender } from './support.ts';

const TEN_MINUTES = 600_000;

/** Replicas of one database whose hosts' clocks are ten minutes apart; what they do goes by the clock that is their default. */
async function replicas() {
  const test = await testDatabase('clocks');
  await createDurableTables(test.database);
  const [right, ahead] = [open(test, 0), open(test, TEN_MINUTES)];
  // As a process does when it starts: it waits for its database.
  await Promise.all([right.database.ping(), ahead.database.ping()]);
  const close = async () => {
    await Promise.all([right.database.close(), ahead.database.close()]);
    await test.close();
  };
  return { right, ahead, [Symbol.asyncDispose]: close };
}

function open({ url }: TestDatabase, aheadMs: number) {
  const logger = new MemoryLogger();
  const clock = new DatabaseClock(() => Date.now() + aheadMs);
  const database = openPatiently(url, { logger, clock });
  const sender = new RecordingSender();
  // Over by the clock of the host that is ahead, and not by the time that both share, however long the machine stands still.
  const { outbox } = outboxOn(database, sender, { leaseMs: TEN_MINUTES / 2 });
  const jobs = new JobDispatcher(database, outbox, { encode });
  const runner = new JobRunner(database, new Inbox(database), outbox, { logger });
  return { database, sender, outbox, jobs, runner, logger };
}

it('a replica whose host is ten minutes ahead leaves alone what another is sending', async () => {
  await using hosts = await replicas();
  const { right, ahead } = hosts;
  const gate = Promise.withResolvers<void>();
  right.sender.before = () => gate.promise;
  await right.database.transaction((tx) => right.outbox.add(tx, 'events', message({ id: 'a' })));
  expect(await ahead.outbox.sweep()).toBe(0);
  gate.resolve();
  await right.outbox.stop();
  expect([right.sender.ids, ahead.sender.ids]).toEqual([['a'], []]);
});

it('a replica whose host is ten minutes ahead sends nothing before its time', async () => {
  await using hosts = await replicas();
  const { right, ahead } = hosts;
  const availableAt = new Date(Date.now() + TEN_MINUTES / 2);
  await right.database.transaction((tx) => right.outbox.add(tx, 'events', message(), { availableAt, orderKey: 'k' }));
  expect(await ahead.outbox.sweep()).toBe(0);
});

it('a replica whose host is ten minutes ahead accepts no unique key that another has', async () => {
  await using hosts = await replicas();
  const unique = { key: 'one at a time', atMostMs: TEN_MINUTES / 2 };
  const first = await hosts.right.jobs.dispatch(Count, { n: 1 }, { unique });
  const second = await hosts.ahead.jobs.dispatch(Count, { n: 2 }, { unique });
  expect(second).toMatchObject({ id: first.id });
});

it('a schedule fires by the time that all replicas share', async () => {
  await using hosts = await replicas();
  const ran: string[] = [];
  const schedulers = [hosts.right, hosts.ahead].map(({ database, logger }, index) =>
    new Scheduler(database, { logger }).add({
      name: 'every-two-minutes',
      everyMs: 120_000,
      run: async () => void ran.push(String(index)),
    }),
  );
  for (const scheduler of schedulers) await scheduler.tick();
  for (const scheduler of schedulers) await scheduler.tick();
  expect(ran).toEqual([]);
});

it('a message that is done is the same message to a replica whose host is ahead', async () => {
  await using hosts = await replicas();
  const { right, ahead } = hosts;
  await right.jobs.dispatch(Count, { n: 1 });
  await right.outbox.stop();
  const [sent] = right.sender.sent;
  if (!sent) throw new Error('nothing was sent');
  expect(await right.runner.run(received(sent), async () => {})).toBe('ran');
  expect(await ahead.runner.run(received(sent), async () => {})).toBe('repeat');
});

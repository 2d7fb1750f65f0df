import { type Database, FakeClock, idToBytes, MemoryLogger, newId } from '@postern/runtime';
import { inTime, type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import type { OutgoingMessage } from '@postern/sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, Inbox, JobDispatcher, JobRunner } from '../src/index.ts';
import { Life, MortalDatabase, MortalSender, type SendFate } from '../src/testing/mortal.ts';
import { Count, createDurableTables, encode, Finish, received } from './job-support.ts';
import { message, outboxOn } from './support.ts';

let parts: TestDatabase;
let database: Database;

beforeAll(async () => {
  parts = await testDatabase('crashes');
  database = parts.database;
  await createDurableTables(database);
  await database.sql.schema.createTable('effects', (table) => {
    table.increments('id');
    table.string('name', 80).notNullable();
  });
});
afterAll(() => parts.close());

const TABLES = ['effects', 'outbox', 'deliveries', 'job_locks', 'job_groups', 'job_group_members'];
const empty = () => Promise.all(TABLES.map((table) => database.sql(table).delete()));
const effects = async () =>
  (await database.sql('effects').orderBy('id').select('name')).map(({ name }) => String(name));
// On a slow machine fewer runs will do: each is a whole story by itself.
const hold = <T>(property: fc.IAsyncProperty<T>, runs: fc.Parameters<T>) => fc.assert(inTime(property), runs);
const RUNS = { numRuns: 40, endOnFailure: true };
const HOUR = 3_600_000;

/** Rollbacks and hooks of a process that died may still be under way; a real one's connection is cut by then. */
const settle = async () => {
  await new Promise((resolve) => setTimeout(resolve, 2));
  const { pool } = database.sql.client;
  await until(() => pool.numUsed() === 0 && pool.numPendingAcquires() === 0);
};

/** Processes that die and are replaced, over one database, one SQS and one clock. */
function world(fates: SendFate[]) {
  const clock = new FakeClock();
  const reached: OutgoingMessage[] = [];
  let turn = 0;
  const fate = () => fates[turn++ % Math.max(1, fates.length)] ?? 'sent';
  const start = (healthy = false) => {
    const life = new Life();
    const logger = new MemoryLogger();
    const own = new MortalDatabase(database, logger, life);
    const sender = new MortalSender(life, (_queue, each) => void reached.push(each), healthy ? () => 'sent' : fate);
    const { outbox } = outboxOn(own, sender, { clock, maxAttempts: 1_000, deleteLingerMs: 1 });
    const inbox = new Inbox(own, { clock });
    const jobs = new JobDispatcher(own, outbox, { encode, clock });
    const runner = new JobRunner(own, inbox, outbox, { logger, clock });
    return { life, database: own, outbox, inbox, jobs, runner };
  };
  /** Everything is well again: whatever was promised is kept now. */
  const recover = async () => {
    await settle();
    const { outbox } = start(true);
    for (let round = 0; round < 100 && (await outbox.pending()) > 0; round++) {
      await clock.advance(HOUR);
      await outbox.sweep();
    }
    expect(await outbox.pending()).toBe(0);
  };
  return { clock, reached, start, recover };
}

const fateArb = fc.array(fc.constantFrom<SendFate>('sent', 'sent', 'failed', 'sent, reply lost'), { maxLength: 12 });
const deathArb = fc.option(fc.nat({ max: 14 }), { nil: undefined, freq: 2 });

test('whatever dies when, each committed message reaches SQS and no other does', async () => {
  const step = fc.record({
    replica: fc.nat({ max: 2 }),
    does: fc.constantFrom('add', 'add', 'add many', 'add ordered', 'sweep', 'wait', 'wait long'),
    diesIn: deathArb,
  });
  await hold(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), fateArb, async (steps, fates) => {
      await empty();
      const { clock, reached, start, recover } = world(fates);
      const replicas = [start(), start(), start()];
      for (const { replica, does, diesIn } of steps) {
        const process = replicas[replica] as (typeof replicas)[0];
        if (diesIn !== undefined) process.life.endsIn(diesIn);
        const messages = Array.from({ length: does === 'add many' ? 3 : 1 }, () => message());
        try {
          if (does.startsWith('add')) {
            await process.database.transaction(async (tx) => {
              await tx.sql('effects').insert(messages.map(({ id }) => ({ name: id })));
              if (does === 'add many') await process.outbox.addMany(tx, 'q', messages);
              else
                for (const each of messages)
                  await process.outbox.add(tx, 'q', each, does === 'add' ? {} : { orderKey: 'k' });
            });
          } else if (does === 'sweep') await process.outbox.sweep();
          else await clock.advance(does === 'wait' ? 2_000 : 70_000);
        } catch (error) {
          // A request that failed, or a process that is gone; what became of it is what is looked at below.
          if (!process.life.over) throw error;
        }
        if (process.life.over) {
          await settle();
          replicas[replica] = start();
        }
      }
      await recover();
      expect([...new Set(reached.map(({ id }) => id))].toSorted()).toEqual((await effects()).toSorted());
    }),
    RUNS,
  );
});

test('whatever dies when, messages of one key first reach SQS in the order of their commits', async () => {
  const step = fc.record({ replica: fc.nat({ max: 1 }), sweeps: fc.boolean(), diesIn: deathArb });
  await hold(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), fateArb, async (steps, fates) => {
      await empty();
      const { clock, reached, start, recover } = world(fates);
      const replicas = [start(), start()];
      for (const { replica, sweeps, diesIn } of steps) {
        const process = replicas[replica] as (typeof replicas)[0];
        if (diesIn !== undefined) process.life.endsIn(diesIn);
        const each = message({ groupId: 'user-1' });
        try {
          await process.database.transaction(async (tx) => {
            await tx.sql('effects').insert({ name: each.id });
            await process.outbox.add(tx, 'q.fifo', each, { orderKey: 'user-1' });
          });
          if (sweeps) await process.outbox.sweep();
        } catch (error) {
          if (!process.life.over) throw error;
        }
        await clock.advance(5_000);
        if (process.life.over) {
          await settle();
          replicas[replica] = start();
        }
      }
      await recover();
      expect([...new Set(reached.map(({ id }) => id))]).toEqual(await effects());
    }),
    RUNS,
  );
});

test('whatever dies when and comes how often, an effect in the database is recorded once for each listener', async () => {
  const delivery = fc.record({ message: fc.nat({ max: 3 }), listener: fc.constantFrom('a', 'b'), diesIn: deathArb });
  await hold(
    fc.asyncProperty(fc.array(delivery, { maxLength: 20 }), async (deliveries) => {
      await empty();
      const { start } = world([]);
      const ids = Array.from({ length: 4 }, () => newId());
      const deliver = async (listener: string, id: string, diesIn?: number) => {
        const process = start();
        if (diesIn !== undefined) process.life.endsIn(diesIn);
        const work = process.inbox.onceWithin(listener, id, async ({ sql }) => {
          await sql('effects').insert({ name: `${listener}/${id}` });
        });
        await work.catch((error: unknown) => {
          if (!process.life.over) throw error;
        });
      };
      for (const each of deliveries) await deliver(each.listener, ids[each.message] as string, each.diesIn);
      // SQS delivers again until somebody lived long enough.
      for (const id of ids) for (const listener of ['a', 'b']) await deliver(listener, id);
      const expected = ids.flatMap((id) => [`a/${id}`, `b/${id}`]);
      expect((await effects()).toSorted()).toEqual(expected.toSorted());
    }),
    RUNS,
  );
});

test('whatever dies when, a chain and a batch end once, with every member done', async () => {
  const step = fc.record({ pick: fc.nat({ max: 7 }), diesIn: deathArb });
  await hold(
    fc.asyncProperty(
      fc.constantFrom('chain', 'batch'),
      fc.array(step, { maxLength: 25 }),
      fateArb,
      async (kind, steps, fates) => {
        await empty();
        const { clock, reached, start, recover } = world(fates);
        const calls = [0, 1, 2, 3].map((n) => call(Count, { n }));
        const starter = start(true);
        const group = await starter.database.transaction((tx) =>
          starter.jobs[kind as 'chain' | 'batch'](tx, 'all', calls, { onDone: call(Finish, { of: kind }) }),
        );
        const run = async (sent: OutgoingMessage, diesIn?: number) => {
          const process = start(diesIn === undefined);
          if (diesIn !== undefined) process.life.endsIn(diesIn);
          try {
            await process.runner.run(received({ queue: 'jobs', message: sent }), async () => process.life.step());
          } catch (error) {
            if (!process.life.over) throw error;
          }
          await settle();
        };
        for (const { pick, diesIn } of steps) {
          await clock.advance(15_000);
          await start().outbox.sweep();
          const sent = reached[pick % Math.max(1, reached.length)];
          if (sent) await run(sent, diesIn);
        }
        // SQS goes on delivering what was not done to its end.
        for (let round = 0; round < 6; round++) {
          await recover();
          for (const sent of [...reached]) await run(sent);
        }
        await recover();
        expect(await start().runner.progress(group)).toMatchObject({ state: 'done', done: 4, failed: 0 });
        expect(new Set(reached.filter(({ type }) => type === 'test.finish').map(({ id }) => id)).size).toBe(1);
        const members = await database.sql('job_group_members').where('group_id', idToBytes(group)).select('state');
        expect(new Set(members.map(({ state }) => state))).toEqual(new Set(['done']));
      },
    ),
    { ...RUNS, numRuns: 20 },
  );
});

test('whatever dies when, a unique job of a far day is sent once its day has come, and holds its key until it is done', async () => {
  await hold(
    fc.asyncProperty(fc.array(deathArb, { minLength: 1, maxLength: 4 }), fateArb, async (deaths, fates) => {
      await empty();
      const { clock, reached, start, recover } = world(fates);
      for (const diesIn of [...deaths, undefined]) {
        const process = start();
        if (diesIn !== undefined) process.life.endsIn(diesIn);
        const dispatching = process.jobs.dispatch(Count, { n: 1 }, { delayMs: 30 * HOUR, unique: { key: 'k' } });
        await dispatching.catch((error: unknown) => {
          if (!process.life.over) throw error;
        });
        await settle();
      }
      await start().outbox.sweep();
      expect(reached).toEqual([]);
      await clock.advance(29 * HOUR);
      await recover();
      expect(new Set(reached.map(({ id }) => id)).size).toBe(1);
      const last = start(true);
      expect((await last.jobs.dispatch(Count, { n: 2 }, { unique: { key: 'k' } })).dispatched).toBe(false);
      const [sent] = reached;
      if (sent) await last.runner.run(received({ queue: 'jobs', message: sent }), async () => undefined);
      expect((await last.jobs.dispatch(Count, { n: 3 }, { unique: { key: 'k' } })).dispatched).toBe(true);
    }),
    { ...RUNS, numRuns: 20 },
  );
});

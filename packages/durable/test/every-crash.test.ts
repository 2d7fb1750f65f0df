import { everyCrash } from '@postern/durable/testing';
import { type Database, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../src/index.ts';
import { Count, createDurableTables, Finish } from './job-support.ts';

let parts: TestDatabase;
let database: Database;
beforeAll(async () => {
  parts = await testDatabase('every_crash');
  database = parts.database;
  await createDurableTables(database);
});
afterAll(() => parts.close());

describe('whichever step a process dies at', () => {
  it('a job of a committed transaction has its effect, once', async () => {
    const steps = await everyCrash(
      async (world) => {
        const name = newId();
        world.on('jobs', (message, { inbox }) =>
          inbox.onceWithin('count', message.id, async (tx) => world.effect(name, tx)),
        );
        await world.act(({ database: own, jobs }) =>
          own.transaction(async (tx) => {
            world.promise(tx, name);
            await jobs.dispatch(tx, Count, { n: 1 });
          }),
        );
      },
      { database },
    );
    // Commit, send, effect and delete have a step before and after each, and statements have their own.
    expect(steps).toBeGreaterThan(10);
  });

  it('a chain goes through all its jobs, and ends once', async () => {
    await everyCrash(
      async (world) => {
        const name = newId();
        world.on('jobs', (message, { runner }) =>
          runner.run(message, async () => world.effect(`${name} ${message.type} ${message.body}`)),
        );
        const all = [call(Count, { n: 1 }), call(Count, { n: 2 })];
        await world.act(({ database: own, jobs }) =>
          own.transaction(async (tx) => {
            world.promise(tx, `${name} test.count {"n":1}`);
            world.promise(tx, `${name} test.count {"n":2}`);
            world.promise(tx, `${name} test.finish {"of":"chain"}`);
            await jobs.chain(tx, name, all, { onDone: call(Finish, { of: 'chain' }) });
          }),
        );
      },
      { database },
    );
  });
});

describe('a flow that is wrong', () => {
  it('reports at which step a job is lost that is dispatched after its transaction', async () => {
    const wrong = everyCrash(
      async (world) => {
        world.on('jobs', (message, { runner }) => runner.run(message, async () => world.effect('the invoice')));
        await world.act(async ({ database: own, jobs }) => {
          await own.transaction(async (tx) => world.promise(tx, 'the invoice'));
          await jobs.dispatch(Count, { n: 1 });
        });
      },
      { database },
    );
    await expect(wrong).rejects.toThrow(/a process that dies at step \d+: the invoice was lost/);
  });

  it('reports at which step an effect is doubled that no inbox records', async () => {
    const wrong = everyCrash(
      async (world) => {
        world.on('jobs', (_message, { database: own }) =>
          own.transaction(async (tx) => world.effect('the invoice', tx)),
        );
        await world.act(({ database: own, jobs }) =>
          own.transaction(async (tx) => {
            world.promise(tx, 'the invoice');
            await jobs.dispatch(tx, Count, { n: 1 });
          }),
        );
      },
      { database },
    );
    await expect(wrong).rejects.toThrow(/the invoice happened 2 times/);
  });

  it('reports a queue that nothing consumes', async () => {
    const wrong = everyCrash(
      async (world) => {
        await world.act(({ jobs }) => jobs.dispatch(Count, { n: 1 }));
      },
      { database },
    );
    await expect(wrong).rejects.toThrow('nothing consumes the queue jobs');
  });
});

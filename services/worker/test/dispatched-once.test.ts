import { call, type Jobs } from '@postern/durable';
import { defineEvent } from '@postern/events';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { job } from '../src/jobs/job.ts';
import { listen } from '../src/listeners/listen.ts';
import { jobSide } from './support/job-side.ts';

const data = z.object({ order_id: z.string() });
const Placed = defineEvent('order.placed', 1, data);
const ship = job('order.ship', { data, handle: async () => {} });
const pack = job('order.pack', { data, handle: async () => {} });
const order = { order_id: '7' };

let parts: TestDatabase;
beforeEach(async () => {
  parts = await testDatabase('dispatched_once', migrations);
});
afterEach(() => parts.close());

/** Dispatches one of each kind, and fails at its first try. */
function failingOnce(): (jobs: Jobs) => Promise<void> {
  let tries = 0;
  return async (jobs) => {
    tries++;
    await jobs.dispatch(ship, order);
    await jobs.chain('ship', [call(ship, order), call(ship, order)]);
    await jobs.batch('pack', [call(pack, order), call(pack, order)]);
    if (tries === 1) throw new Error('the carrier is down');
  };
}

const types = async (side: ReturnType<typeof jobSide>) =>
  (await side.takeSent()).map(({ message }) => message.type).toSorted();

it('a listener that fails after it has dispatched jobs, a chain and a batch leaves each once', async () => {
  const work = failingOnce();
  const listener = listen(Placed, 'ship-order', (_, { jobs }) => work(jobs));
  const side = jobSide(parts.database, { handlers: [ship, pack], listeners: [listener] });
  const event = side.event(Placed, order);
  await expect(side.hear(event)).rejects.toThrow('the carrier is down');
  await side.hear({ ...event, attempt: 2 });
  expect(await types(side)).toEqual(['order.pack', 'order.pack', 'order.ship', 'order.ship']);
});

it('so does a job handler', async () => {
  const work = failingOnce();
  const close = job('order.close', { data, handle: (_, { jobs }) => work(jobs) });
  const side = jobSide(parts.database, { handlers: [close, ship, pack] });
  await side.jobs.dispatch(close, order);
  const [sent] = await side.takeSent();
  if (!sent) throw new Error('a job was to be sent');
  await expect(side.run(sent)).rejects.toThrow('the carrier is down');
  await side.run(sent, 2);
  expect(await types(side)).toEqual(['order.pack', 'order.pack', 'order.ship', 'order.ship']);
});

import { call, Inbox, JobDispatcher, JobRunner, type Jobs, Outbox } from '@postern/durable';
import {
  defineEvent,
  defineJob,
  EnvelopeReader,
  EnvelopeWriter,
  GATEWAY,
  type MessageDefinition,
  WORKER,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import type { OutgoingMessage, ReceivedMessage } from '@postern/sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { handleJob } from '../src/jobs/handle-job.ts';
import { JobRouter } from '../src/jobs/job-router.ts';
import { EventDispatcher } from '../src/listeners/event-dispatcher.ts';
import { listen } from '../src/listeners/listen.ts';
import type { MailQueues } from '../src/mail/delivery/mail-queue.ts';
import { testConfig } from '../src/mail/testing/test-config.ts';
import { WorkContexts } from '../src/work-context.ts';

const data = z.object({ order_id: z.string() });
const Placed = defineEvent('order.placed', 1, data);
const Ship = defineJob('order.ship', 1, data);
const Pack = defineJob('order.pack', 1, data);
const keys = testKeys('k1');
const order = { order_id: '7' };
const noMail = { for: () => ({}) } as unknown as MailQueues;
const unused = { forget: async () => {}, feedback: async () => {}, unsubscribe: async () => {} };

let parts: TestDatabase;
beforeEach(async () => {
  parts = await testDatabase('dispatched_once');
  await parts.database.migrate(migrations);
});
afterEach(() => parts.close());

/** Outbox, inbox and contexts of a worker, whose messages are counted when they are sent. */
function worker() {
  const { database } = parts;
  const [clock, logger, metrics] = [new FakeClock(), new MemoryLogger(), new Metrics({ defaults: false })];
  const sent: string[] = [];
  const sender = { send: async (_: string, { type }: OutgoingMessage) => void sent.push(type), close: async () => {} };
  const outbox = new Outbox(database, sender, { logger, metrics, clock });
  const inbox = new Inbox(database, { clock });
  const writer = new EnvelopeWriter(WORKER, keys);
  const jobs = new JobDispatcher(database, outbox, {
    encode: (job, content, fields) => writer.write(job as MessageDefinition, content as never, fields).body,
    clock,
  });
  const contexts = new WorkContexts(noMail, jobs, { logger, config: testConfig(), metrics });
  const runner = new JobRunner(database, inbox, outbox, { logger, clock });
  return { outbox, inbox, contexts, runner, sent };
}

function message({ type }: MessageDefinition, { id, body }: { id: string; body: string }): ReceivedMessage {
  const signal = new AbortController().signal;
  return { queue: 'jobs', id, type, body, attempt: 1, sentAt: new Date(), attributes: {}, signal };
}

/** Dispatches one of each kind, and fails at its first try. */
function failingOnce(): (jobs: Jobs) => Promise<void> {
  let tries = 0;
  return async (jobs) => {
    tries++;
    await jobs.dispatch(Ship, order);
    await jobs.chain('ship', [call(Ship, order), call(Ship, order)]);
    await jobs.batch('pack', [call(Pack, order), call(Pack, order)]);
    if (tries === 1) throw new Error('the carrier is down');
  };
}

it('a listener that fails after it has dispatched jobs, a chain and a batch leaves each once', async () => {
  const { outbox, inbox, contexts, sent } = worker();
  const work = failingOnce();
  const listener = listen(Placed, 'ship-order', (_, { jobs }) => work(jobs));
  const reader = new EnvelopeReader([Placed], { [GATEWAY]: keys });
  const contextFor: ConstructorParameters<typeof EventDispatcher>[2] = ({ name }, event, from) => ({
    ...contexts.for(name, event, from),
    ...unused,
  });
  const dispatcher = new EventDispatcher([listener], inbox, contextFor, reader);
  const { envelope, body } = new EnvelopeWriter(GATEWAY, keys).write(Placed, order);
  const event = message(Placed, { id: envelope.id, body });

  await expect(dispatcher.handle(event)).rejects.toThrow('the carrier is down');
  await dispatcher.handle({ ...event, attempt: 2 });
  await outbox.sweep();
  expect(sent.toSorted()).toEqual(['order.pack', 'order.pack', 'order.ship', 'order.ship']);
});

it('so does a job handler', async () => {
  const { outbox, contexts, runner, sent } = worker();
  const work = failingOnce();
  const Close = defineJob('order.close', 1, data);
  const handler = handleJob(Close, (_, { jobs }) => work(jobs));
  const reader = new EnvelopeReader([Close], { [WORKER]: keys });
  const router = new JobRouter([handler], reader, (job, from) => contexts.for(job.type, job, from));
  const { envelope, body } = new EnvelopeWriter(WORKER, keys).write(Close, order);
  const job = message(Close, { id: envelope.id, body });

  await expect(runner.run(job, () => router.handle(job))).rejects.toThrow('the carrier is down');
  await runner.run(job, () => router.handle({ ...job, attempt: 2 }));
  await outbox.sweep();
  expect(sent.toSorted()).toEqual(['order.pack', 'order.pack', 'order.ship', 'order.ship']);
});

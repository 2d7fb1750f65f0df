import { type CrashProcess, type CrashWorld, everyCrash } from '@postern/durable/testing';
import {
  type DataOf,
  EnvelopeReader,
  EnvelopeWriter,
  events,
  GATEWAY,
  JobRequested,
  type MessageDefinition,
  UserRegistered,
  WORKER,
} from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { MemoryLogger, Metrics, newId } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import type { ReceivedMessage } from '@postern/sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { dispatchJob } from '../src/listeners/dispatch-job.ts';
import { EventDispatcher } from '../src/listeners/event-dispatcher.ts';
import type { Listener } from '../src/listeners/listen.ts';
import { sendVerification } from '../src/listeners/send-verification.ts';
import { mails } from '../src/mail/content/mails/index.ts';
import { MailQueues } from '../src/mail/delivery/mail-queue.ts';
import { testConfig } from '../src/mail/testing/test-config.ts';
import { WorkContexts } from '../src/work-context.ts';

const [gateway, worker] = [testKeys('g1'), testKeys('w1')];
const reader = new EnvelopeReader(events, { [GATEWAY]: gateway });
const unused = {
  forget: async () => {},
  forgetAddress: async () => {},
  feedback: async () => {},
  optOuts: { add: async () => {}, end: async () => {} },
};

let parts: TestDatabase;
beforeEach(async () => {
  parts = await testDatabase('worker_crash', migrations);
});
afterEach(() => parts.close());

/** Has a worker's process hand an event to a listener. */
function hearing(listener: Listener) {
  return (message: ReceivedMessage, { inbox, jobs, sender }: CrashProcess) => {
    const mailQueues = new MailQueues(sender, mails, new EnvelopeWriter(WORKER, worker));
    const contexts = new WorkContexts(mailQueues, jobs, {
      ...{ logger: new MemoryLogger(), config: testConfig(), metrics: new Metrics({ defaults: false }) },
    });
    const dispatcher = new EventDispatcher(
      [listener],
      inbox,
      ({ name }, event, from) => ({ ...contexts.for(name, event, from), ...unused }),
      reader,
    );
    return dispatcher.handle(message);
  };
}

/** Publishes an event in a transaction that promises what comes of it. */
async function publish<Event extends MessageDefinition>(
  world: CrashWorld,
  event: Event,
  data: DataOf<Event>,
  promise: (eventId: string) => string,
): Promise<void> {
  const { envelope, body } = new EnvelopeWriter(GATEWAY, gateway).write(event, data as never);
  await world.act(({ database, outbox }) =>
    database.transaction(async (tx) => {
      world.promise(tx, promise(envelope.id));
      await outbox.add(tx, 'events', { id: envelope.id, type: envelope.type, body });
    }),
  );
}

it('whichever step a process dies at, the mail of a committed sign-up is queued, under one key', async () => {
  const steps = await everyCrash(
    async (world) => {
      const id = newId();
      const person = { user_id: id, email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
      const data = { ...person, token_id: id, expires_at: '2099-01-01T00:00:00.000Z' };
      world.on('events', hearing(sendVerification));
      world.on('mail', async (message) =>
        world.effect((JSON.parse(message.body) as { data: { key: string } }).data.key),
      );
      await publish(world, UserRegistered, data, (event) => `${event}/send-verification/verification`);
    },
    { database: parts.database },
  );
  expect(steps).toBeGreaterThan(10);
});

it('whichever step a process dies at, the job that an endpoint has committed is done, once', async () => {
  const steps = await everyCrash(
    async (world) => {
      const letter = { key: 'a/b/c', mail: 'welcome', to: 'ann@example.com', locale: 'en', data: {} };
      const data = { job_id: newId(), job: 'mail.send', job_version: 1, data: letter, unique: { key: 'letter' } };
      world.on('events', hearing(dispatchJob));
      world.on('mail', (message, { inbox, runner }) =>
        runner.run(message, async () => {
          await inbox.onceWithin('letter', message.id, async (tx) => world.effect(message.id, tx));
        }),
      );
      await publish(world, JobRequested, data, () => data.job_id);
    },
    { database: parts.database },
  );
  expect(steps).toBeGreaterThan(10);
});

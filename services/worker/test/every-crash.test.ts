import { everyCrash } from '@postern/durable/testing';
import { EnvelopeReader, EnvelopeWriter, events, GATEWAY, UserRegistered, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { MemoryLogger, Metrics, newId } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { EventDispatcher } from '../src/listeners/event-dispatcher.ts';
import { sendVerification } from '../src/listeners/send-verification.ts';
import { mails } from '../src/mail/content/mails/index.ts';
import { MailQueues } from '../src/mail/delivery/mail-queue.ts';
import { testConfig } from '../src/mail/testing/test-config.ts';
import { WorkContexts } from '../src/work-context.ts';

it('whichever step a process dies at, the mail of a committed sign-up is queued, under one key', async () => {
  const parts = await testDatabase('worker_crash');
  await parts.database.migrate(migrations);
  const [gateway, worker] = [testKeys('g1'), testKeys('w1')];
  const reader = new EnvelopeReader(events, { [GATEWAY]: gateway });
  const unused = { forget: async () => {}, feedback: async () => {}, unsubscribe: async () => {} };

  const steps = await everyCrash(
    async (world) => {
      const id = newId();
      const person = { user_id: id, email: 'ann@example.com', first_name: 'Ann', locale: 'en' };
      const data = { ...person, token_id: id, expires_at: '2099-01-01T00:00:00.000Z' };
      const { envelope, body } = new EnvelopeWriter(GATEWAY, gateway).write(UserRegistered, data);

      world.on('events', (message, { inbox, jobs, sender }) => {
        const mailQueues = new MailQueues(sender, mails, new EnvelopeWriter(WORKER, worker));
        const contexts = new WorkContexts(mailQueues, jobs, {
          ...{ logger: new MemoryLogger(), config: testConfig(), metrics: new Metrics({ defaults: false }) },
        });
        const dispatcher = new EventDispatcher(
          [sendVerification],
          inbox,
          ({ name }, event, from) => ({ ...contexts.for(name, event, from), ...unused }),
          reader,
        );
        return dispatcher.handle(message);
      });
      world.on('mail', async (message) =>
        world.effect((JSON.parse(message.body) as { data: { key: string } }).data.key),
      );
      await world.act(({ database, outbox }) =>
        database.transaction(async (tx) => {
          world.promise(tx, `${envelope.id}/send-verification/verification`);
          await outbox.add(tx, 'events', { id: envelope.id, type: envelope.type, body });
        }),
      );
    },
    { database: parts.database },
  );
  expect(steps).toBeGreaterThan(10);
  await parts.close();
});

import { JobRunner } from '@postern/durable';
import { ConfigError, MemoryLogger, Metrics, SystemClock } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { createSqsClient, QueueDirectory } from '@postern/sqs';
import { SyncSender } from '@postern/sqs/testing';
import { expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createConsumers, queueHandlers } from '../src/consumers.ts';
import { createContainer } from '../src/container.ts';
import { JobRouter } from '../src/jobs/job-router.ts';
import { MailFeedback } from '../src/listeners/mail-feedback.ts';
import { PatientDispatcher } from '../src/listeners/patient-dispatcher.ts';
import { providerEventsModule } from '../src/mail/delivery/provider-events/provider-events.module.ts';
import { ProviderEvents } from '../src/mail/delivery/provider-events/provider-events.ts';
import { openTransports } from '../src/mail/delivery/transports/open-transport.ts';
import { modules } from '../src/modules.ts';
import { TEST_SECRETS } from './support/mail-side.ts';

const address = (name: string) => {
  const url = `http://127.0.0.1:9/${name}`;
  return { name, url, deadLetterUrl: `${url}-dead`, fifo: false, retentionSeconds: 60, maxReceiveCount: undefined };
};

/** A worker without provider events that is to consume these queues. */
async function workerWithout(queueNames: string) {
  const test = await testDatabase('worker-modules');
  const client = createSqsClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9' });
  const config = readConfig({
    ...{ DATABASE_URL: test.url, SMTP_URL: 'smtp://127.0.0.1:9', AWS_REGION: 'us-east-1' },
    ...{ WORKER_QUEUES: queueNames, ...TEST_SECRETS },
  });
  const { database } = test;
  const [logger, metrics, clock] = [new MemoryLogger(), new Metrics({ defaults: false }), new SystemClock()];
  const container = createContainer(
    {
      config,
      logger,
      metrics,
      clock,
      database,
      sender: new SyncSender({ handlers: {}, clock }),
      transports: openTransports(config),
    },
    modules.filter((module) => module !== providerEventsModule),
  );
  const consumers = () => {
    const handlers = queueHandlers(
      {
        dispatcher: container.get(PatientDispatcher),
        router: container.get(JobRouter),
        runner: container.get(JobRunner),
        providerEvents: container.get(ProviderEvents, { optional: true }),
      },
      { logger, clock },
    );
    const parts = {
      client,
      queues: new QueueDirectory(config.WORKER_QUEUES.map(address)),
      config,
      logger,
      metrics,
      clock,
      givenUp: {},
    };
    return createConsumers(handlers, parts).map(({ queue }) => queue);
  };
  return {
    container,
    consumers,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await test.close();
    },
  };
}

it('consumes its other queues where the module of provider events is taken out of the list', async () => {
  await using worker = await workerWithout('events,mail,jobs');
  expect(worker.consumers()).toEqual(['events', 'mail', 'jobs']);
});

it('refuses to start when it is to consume a queue that none of its modules handles', async () => {
  await using worker = await workerWithout('events,provider-events');
  expect(worker.consumers).toThrow(ConfigError);
  expect(worker.consumers).toThrow('WORKER_QUEUES: this worker has no module that handles the queue provider-events');
});

it('keeps what a webhook reports as a dead letter where the module of provider events is taken out', async () => {
  await using worker = await workerWithout('events');
  const report = { id: 'evt_1', kind: 'delivered', messageId: '<a@b.c>', recipient: 'ada@example.com', reason: '' };
  const taken = worker.container.get(MailFeedback).apply(report as never, { lookAgainUntil: new Date() });
  await expect(taken).rejects.toMatchObject({ name: 'PermanentError', reason: 'no-provider-events' });
});

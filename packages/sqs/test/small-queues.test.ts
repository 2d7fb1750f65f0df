import { type Message, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { expect, test } from 'vitest';
import { fromWire, openQueues, PermanentError, QueueConsumer, SqsSender, toSqsApi } from '../src/index.ts';
import { testSqs } from '../src/testing/index.ts';

// ElasticMQ has no such setting.
test.skipIf(process.env.TEST_SQS_ENDPOINT)(
  'what nearly fills a queue that takes less than SQS does is a dead letter when it is given up, with as much of why as there is room for',
  async () => {
    const sqs = await testSqs();
    const open = () => openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
    const { url, deadLetterUrl } = (await open()).get('events');
    for (const QueueUrl of [url, deadLetterUrl]) {
      await sqs.client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { MaximumMessageSize: '262144' } }));
    }
    const queues = await open();
    const consumer = new QueueConsumer(sqs.client, queues, {
      queue: 'events',
      handler: async () => {
        throw new PermanentError('unreadable', 'n'.repeat(2_000));
      },
      pollWaitSeconds: 1,
      logger: new MemoryLogger(),
    });
    try {
      consumer.start();
      await new SqsSender(sqs.client, queues).send('events', { id: 'a', type: 't', body: 'x'.repeat(261_500) });
      const api = toSqsApi(sqs.client);
      let letters: Message[] = [];
      await until(async () => {
        letters = await api.receive(deadLetterUrl, { max: 1, waitSeconds: 1, visibilitySeconds: 60 });
        return letters.length > 0;
      });
      const attributes = fromWire(letters[0]?.MessageAttributes);
      expect(attributes).toMatchObject({ 'postern.id': 'a', 'dead-reason': 'unreadable' });
      expect(attributes['dead-error']).toHaveLength(64);
    } finally {
      await consumer.stop({ deadlineMs: 2_000 });
      await sqs.close();
    }
  },
);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { depthsOf, openQueues, queueDepths } from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;

beforeAll(async () => {
  sqs = await testSqs();
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
});
afterAll(() => sqs.close());

test('A queue that was deleted keeps none of the others from being counted', async () => {
  const { client, prefix, endpoint } = sqs;
  const queues = await openQueues(client, { prefix, names: ['events', 'mail'], create: true });
  await sqs.deleteQueue(queues.get('events').url);
  const others = [{ queue: 'mail', waiting: 0, in_flight: 0, delayed: 0, dead: 0 }];
  await expect(depthsOf(client, queues)).rejects.toMatchObject({
    message: expect.stringMatching(/^events: .*does not exist/),
    answered: others,
  });
  const asked = queueDepths({ region: 'us-east-1', endpoint, prefix, names: ['events', 'mail'] });
  await expect(asked).rejects.toMatchObject({
    message: expect.stringContaining(`events: These SQS queues do not exist: ${prefix}events.`),
    answered: others,
  });
});

import { testMetrics } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDepthGauges, openQueues, toSqsApi } from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());

test('what waits shows at each scrape though nobody consumes it, and a queue from when it is there', async () => {
  const metrics = testMetrics();
  addDepthGauges(sqs.client, { prefix: sqs.prefix, names: ['events', 'mail'], metrics });
  const open = (...names: string[]) => openQueues(sqs.client, { prefix: sqs.prefix, names, create: true });
  const queues = await open('events');
  await toSqsApi(sqs.client).sendBatch(queues.get('events').url, [
    { body: 'one', attributes: {} },
    { body: 'two', attributes: {} },
  ]);
  await expect.poll(() => metrics.expose()).toContain('queue_depth{queue="events",state="waiting"} 2');
  expect(await metrics.expose()).not.toContain('mail');
  await open('mail');
  expect(await metrics.expose()).toContain('queue_depth{queue="mail",state="waiting"} 0');
});

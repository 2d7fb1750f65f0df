import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { MemoryLogger, SystemClock } from '@postern/runtime';
import { testMetrics } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toDeadLetter } from '../src/dead-letters/dead-letter-format.ts';
import { DeadLetterGauges, DeadLetters, openQueues, toSqsApi } from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());

async function withQueue(name: string) {
  const prefix = `${sqs.prefix}${name}-`;
  const queues = await openQueues(sqs.client, { prefix, names: ['events'], create: true });
  const metrics = testMetrics();
  new DeadLetterGauges(sqs.client, { prefix, names: ['events', 'elsewhere'], metrics, ages: new SystemClock() });
  const deadLetter = async (type: string) => {
    const now = new Date();
    const cause = { reason: 'broken', error: new Error('x'), attempts: 3, handler: 'h', firstAt: now, lastAt: now };
    const entry = toDeadLetter({ id: crypto.randomUUID(), type, body: '{}', attributes: {} }, cause, false);
    if (entry) await toSqsApi(sqs.client).sendBatch(queues.get('events').deadLetterUrl, [entry]);
  };
  return { queues, metrics, deadLetter };
}

test('a dead letter of a type that nobody has seen shows at the next scrape, with its age, whoever wrote it', async () => {
  const { metrics, deadLetter } = await withQueue('a');
  const empty = await metrics.expose();
  expect(empty).toContain('queue_dead_letters{queue="events"} 0');
  expect(empty).toContain('queue_dead_letters_oldest_seconds{queue="events"} 0');
  for (let n = 0; n < 20; n++) await deadLetter('order.shipped');
  await expect.poll(() => metrics.expose()).toContain('queue_dead_letters{queue="events"} 20');
  await expect.poll(() => metrics.expose()).toMatch(/oldest_seconds\{queue="events"\} [0-9.]*[1-9]/);
});

test('looking hides no letter from operators', async () => {
  const { queues, metrics, deadLetter } = await withQueue('b');
  for (let n = 0; n < 3; n++) await deadLetter('order.shipped');
  await metrics.expose();
  const letters = new DeadLetters(sqs.client, queues, { logger: new MemoryLogger() });
  expect(await letters.list('events', {})).toHaveLength(3);
});

test('a queue that does not exist has no series', async () => {
  const { metrics } = await withQueue('c');
  expect(await metrics.expose()).not.toContain('elsewhere');
});

test('ages are looked for side by side and without waiting: a scrape has little time', async () => {
  const prefix = `${sqs.prefix}d-`;
  const names = ['events', 'mail', 'jobs'];
  const queues = await openQueues(sqs.client, { prefix, names, create: true });
  for (const name of names) {
    const letter = { body: '{}', attributes: {} };
    await toSqsApi(sqs.client).sendBatch(queues.get(name).deadLetterUrl, [letter]);
  }
  const waits: unknown[] = [];
  let [open, most] = [0, 0];
  const client = Object.assign(Object.create(sqs.client) as typeof sqs.client, {
    send: async (command: ReceiveMessageCommand) => {
      if (!(command instanceof ReceiveMessageCommand)) return sqs.client.send(command);
      waits.push(command.input.WaitTimeSeconds);
      most = Math.max(most, ++open);
      return sqs.client.send(command).finally(() => {
        open -= 1;
      });
    },
  });
  const metrics = testMetrics();
  new DeadLetterGauges(client, { prefix, names, metrics, ages: new SystemClock() });
  await metrics.expose();
  expect([most, waits]).toEqual([3, [0, 0, 0]]);
});

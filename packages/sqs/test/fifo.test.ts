import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DeadLetters,
  openQueues,
  PermanentError,
  packFrame,
  QueueConsumer,
  SqsSender,
  toSqsApi,
  WIRE,
} from '../src/index.ts';
import { PATIENCE, type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
let round = 0;

beforeAll(async () => {
  sqs = await testSqs();
});

afterAll(() => sqs.close());

async function play(fail: (id: string, attempt: number) => Error | undefined, groups: number, each: number) {
  round += 1;
  const queues = await openQueues(sqs.client, {
    prefix: `${sqs.prefix}${round}-`,
    names: ['orders.fifo'],
    create: true,
  });
  const order = new Map<string, string[]>();
  const done: string[] = [];
  const consumer = new QueueConsumer(sqs.client, queues, {
    queue: 'orders.fifo',
    handler: async ({ id, groupId = '', attempt }) => {
      order.set(groupId, [...(order.get(groupId) ?? []), `${id}#${attempt}`]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const error = fail(id, attempt);
      if (error) throw error;
      done.push(id);
    },
    retry: { baseMs: 1_000, ceilingMs: 1_000 },
    random: () => 1,
    pollWaitSeconds: 1,
    ...PATIENCE,
    logger: new MemoryLogger(),
  });
  const sender = new SqsSender(sqs.client, queues);
  for (let n = 0; n < each; n++) {
    const sends = Array.from({ length: groups }, (_, g) =>
      sender.send('orders.fifo', { id: `g${g}-${n}`, type: 't', body: 'b', groupId: `g${g}` }),
    );
    await Promise.all(sends);
  }
  // The same id again is the same message.
  if (each > 0) await sender.send('orders.fifo', { id: 'g0-0', type: 't', body: 'b', groupId: 'g0' });
  consumer.start();
  return { order, done, consumer, queues };
}

describe('A FIFO queue', () => {
  test('keeps the order of each group, and a failed message is tried again before those behind it', async () => {
    const fail = (id: string, attempt: number) => (id === 'g1-2' && attempt === 1 ? new Error('once') : undefined);
    const { order, done, consumer, queues } = await play(fail, 3, 6);
    await until(() => done.length === 18);
    await until(async () => {
      const { visible, inFlight } = await toSqsApi(sqs.client).depth(queues.get('orders.fifo').url);
      return visible + inFlight === 0;
    });
    expect(order.get('g0')).toEqual([0, 1, 2, 3, 4, 5].map((n) => `g0-${n}#1`));
    const ids = order.get('g1')?.map((run) => run.split('#')[0]);
    expect(ids).toEqual(['g1-0', 'g1-1', 'g1-2', 'g1-2', 'g1-3', 'g1-4', 'g1-5']);
    await consumer.stop({ deadlineMs: 3_000 });
  });

  test('goes on with the group when a message is given up for good', async () => {
    const fail = (id: string) => (id === 'g0-1' ? new PermanentError('no-good') : undefined);
    const { done, consumer, queues } = await play(fail, 1, 4);
    await until(() => done.length === 3);
    expect(done).toEqual(['g0-0', 'g0-2', 'g0-3']);
    const { visible } = await toSqsApi(sqs.client).depth(queues.get('orders.fifo').deadLetterUrl);
    expect(visible).toBe(1);
    await consumer.stop({ deadlineMs: 3_000 });
  });

  test('keeps a dead letter that died, was sent back and died again within five minutes', async () => {
    const runs: string[] = [];
    const fail = (id: string) => {
      runs.push(id);
      return new PermanentError('no-good');
    };
    const { consumer, queues } = await play(fail, 1, 1);
    const letters = new DeadLetters(sqs.client, queues, {
      logger: new MemoryLogger(),
      waitSeconds: 0,
      probeSeconds: 0,
    });
    for (let round = 1; round <= 3; round++) {
      await until(async () => (await letters.counts())[0]?.letters === 1 && runs.length === round);
      expect((await letters.retry('orders.fifo', {}, { by: 'ada' })).retried).toBe(1);
    }
    await until(async () => (await letters.list('orders.fifo')).length === 1);
    await consumer.stop({ deadlineMs: 3_000 });
  });

  test('accepts what is sent once more on purpose within five minutes, and drops what is sent again by mistake', async () => {
    const { done, consumer, queues } = await play(() => undefined, 1, 1);
    await until(() => done.length === 1);
    const sender = new SqsSender(sqs.client, queues);
    const message = { id: 'g0-0', type: 't', body: 'b', groupId: 'g0' };
    await sender.send('orders.fifo', { ...message, deduplicationId: 'again' });
    await sender.send('orders.fifo', { ...message, deduplicationId: 'again' });
    await sender.send('orders.fifo', { ...message, id: 'last' });
    await until(() => done.includes('last'));
    expect(done).toEqual(['g0-0', 'g0-0', 'last']);
    await sender.close();
    await consumer.stop({ deadlineMs: 3_000 });
  });

  test('keeps a message that travels packed and fails, as often as that happens within five minutes', async () => {
    const done: string[] = [];
    const fail = (id: string, attempt: number) => {
      if (attempt > 1) done.push(id);
      return attempt === 1 ? new Error('once') : undefined;
    };
    const { consumer, queues } = await play(fail, 0, 0);
    const { url } = queues.get('orders.fifo');
    const api = toSqsApi(sqs.client);
    for (let round = 1; round <= 2; round++) {
      const body = packFrame([{ id: 'a', type: 't', body: 'b', sentAt: Date.now() }]);
      const attributes = { [WIRE.encoding]: { DataType: 'String', StringValue: 'frame-1' } };
      await api.sendBatch(url, [{ body, attributes, groupId: 'g', deduplicationId: `frame-${round}` }]);
      await until(() => done.length === round);
    }
    expect(done).toEqual(['a', 'a']);
    await consumer.stop({ deadlineMs: 3_000 });
  });
});

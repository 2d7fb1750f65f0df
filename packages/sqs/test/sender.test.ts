import { randomBytes } from 'node:crypto';
import { FakeClock, MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UnknownQueueError } from '../src/client/queue-directory.ts';
import {
  MessageRefusedError,
  MissingQueuesError,
  openQueues,
  QueueConsumer,
  SenderClosedError,
  SenderFullError,
  SendFailedError,
  SqsSender,
  toSqsApi,
} from '../src/index.ts';
import { MemorySqs, PATIENCE, type TestSqs, testSqs } from '../src/testing/index.ts';
import { turns } from './world.ts';

let sqs: TestSqs;

beforeAll(async () => {
  sqs = await testSqs();
});

afterAll(() => sqs.close());

const message = (n: number, extra = {}) => ({ id: `m${n}`, type: 'thing', body: `body ${n}`, ...extra });
const memory = () => {
  const clock = new FakeClock();
  const api = new MemorySqs({ names: ['events', 'mail'], clock });
  return { clock, api, entries: (queue = 'events') => api.queue(queue).contents };
};

/** An SQS that fails single entries of a batch. */
class Picky extends MemorySqs {
  failing: { body: string; times: number; code: string } | undefined;
  override async sendBatch(url: string, entries: Parameters<MemorySqs['sendBatch']>[1]) {
    const { failing } = this;
    const index = failing && failing.times > 0 ? entries.findIndex((entry) => entry.body === failing.body) : -1;
    if (!failing || index === -1) return super.sendBatch(url, entries);
    failing.times -= 1;
    await super.sendBatch(url, [...entries.slice(0, index), ...entries.slice(index + 1)]);
    return [{ index, code: failing.code, message: 'not this one' }];
  }
}

describe('A sender', () => {
  test('sends ten that come together in one request, and a lone one at once', async () => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    await sender.send('events', message(0));
    expect(api.calls.send).toBe(1);
    await Promise.all(Array.from({ length: 10 }, (_, n) => sender.send('events', message(n))));
    expect(api.calls.send).toBe(2);
  });

  test('packs a backlog into frames of at most 60 KB, and not where frames are turned off', async () => {
    const { clock, api, entries } = memory();
    const sender = new SqsSender(api, api.queues, { clock, frames: (queue) => queue !== 'mail' });
    const send = (queue: string) =>
      Promise.all(
        Array.from({ length: 2_000 }, (_, n) =>
          sender.send(queue, message(n, { body: 'x'.repeat(400) + Math.random() })),
        ),
      );
    await send('events');
    await send('mail');
    expect(entries('events').length).toBeLessThan(20);
    for (const entry of entries('events')) expect(entry.body.length).toBeLessThanOrEqual(60_000);
    expect(entries('mail')).toHaveLength(2_000);
  });

  test('keeps tenants apart in frames, and delayed messages out of them', async () => {
    const { clock, api, entries } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    await Promise.all([
      ...Array.from({ length: 50 }, (_, n) => sender.send('events', message(n, { groupId: `tenant${n % 2}` }))),
      sender.send('events', message(100, { delayMs: 60_000 })),
    ]);
    expect(entries().map((entry) => [entry.groupId, entry.delaySeconds])).toEqual([
      [undefined, 60],
      ['tenant0', undefined],
      ['tenant1', undefined],
    ]);
  });

  test('sends a failed entry again without the others, and reports to each caller its own outcome', async () => {
    const clock = new FakeClock();
    const api = new Picky({ names: ['events'], clock });
    const sender = new SqsSender(api, api.queues, { clock });
    api.failing = { body: 'body 1', times: 2, code: 'RequestThrottled' };
    const sends = Promise.all([0, 1, 2].map((n) => sender.send('events', message(n))));
    for (let n = 0; n < 10; n++) {
      await turns();
      await clock.advance(500);
    }
    await sends;
    expect(
      api
        .queue('events')
        .contents.map((entry) => entry.body)
        .sort(),
    ).toEqual(['body 0', 'body 1', 'body 2']);
    api.failing = { body: 'body 4', times: 99, code: 'InvalidMessageContents' };
    const [three, four] = await Promise.allSettled([3, 4].map((n) => sender.send('events', message(n))));
    expect(three?.status).toBe('fulfilled');
    expect(four).toMatchObject({ status: 'rejected', reason: expect.any(MessageRefusedError) });
  });

  test('gives up after its time when SQS is down, and reports why', async () => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock, retryForMs: 3_000 });
    for (let n = 0; n < 100; n++) api.failNext('send', new Error('connection refused'));
    const sent = sender.send('events', message(0)).catch((error: unknown) => error);
    for (let n = 0; n < 10; n++) {
      await turns();
      await clock.advance(1_000);
    }
    const error = await sent;
    expect(error).toBeInstanceOf(SendFailedError);
    expect((error as Error).message).toContain('connection refused');
  });

  test('does not send what is not wanted any more when its turn has come', async () => {
    const { clock, api, entries } = memory();
    const sender = new SqsSender(api, api.queues, { clock, frames: false, maxConcurrent: 1 });
    const wanted = new Set(Array.from({ length: 30 }, (_, n) => n));
    const sends = Array.from({ length: 30 }, (_, n) =>
      sender.send('events', message(n), { isWanted: () => wanted.has(n) }),
    );
    wanted.delete(17);
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.flatMap((outcome, n) => (outcome.status === 'rejected' ? [[n, outcome.reason.name]] : []))).toEqual(
      [[17, 'NotWantedError']],
    );
    expect(entries()).toHaveLength(29);
  });

  test('sends those that share a frame with what is not wanted any more, at first and again', async () => {
    const { clock, api, entries } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    let isWanted = true;
    const sends = Array.from({ length: 200 }, (_, n) =>
      sender.send('events', message(n), n === 50 ? { isWanted: () => isWanted } : {}),
    );
    api.failNext('send', new Error('no answer'));
    await turns();
    isWanted = false;
    await clock.advance(1_000);
    expect((await Promise.allSettled(sends)).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(entries()).toHaveLength(1);
  });

  test('packs once more what waited behind another batch with what is not wanted any more', async () => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 80 }, (_, n) =>
        sender.send(
          'events',
          message(n, { body: randomBytes(9_000).toString('base64') }),
          n === 79 ? { isWanted: () => api.calls.send === 0 } : {},
        ),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual([...new Array(79).fill('fulfilled'), 'rejected']);
  });

  test('tries nothing again that is not wanted any more', async () => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    api.failNext('send', new Error('no answer'));
    let isWanted = true;
    const sent = sender.send('events', message(0), { isWanted: () => isWanted }).catch((error: unknown) => error);
    await turns();
    isWanted = false;
    await clock.advance(1_000);
    expect(await sent).toBeInstanceOf(SendFailedError);
    expect(api.calls.send).toBe(1);
  });

  test('refuses more than its buffer holds, reports when there is room, and sends what waits when closed', async () => {
    const { clock, api, entries } = memory();
    const sender = new SqsSender(api, api.queues, { clock, maxPending: 20, frames: false });
    const sends = Array.from({ length: 20 }, (_, n) => sender.send('events', message(n)));
    await expect(sender.send('events', message(20))).rejects.toBeInstanceOf(SenderFullError);
    await sender.ready();
    const last = sender.send('events', message(21));
    await sender.close();
    await Promise.all([...sends, last]);
    expect(entries()).toHaveLength(21);
    await expect(sender.send('events', message(22))).rejects.toBeInstanceOf(SenderClosedError);
  });

  test.each(['id', 'type'])('refuses an %s that its receiver would make a dead letter for', async (name) => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    const long = sender.send('events', { ...message(0), [name]: 'x'.repeat(257) });
    await expect(long).rejects.toThrow(/id or type has more than 256 characters/);
    await sender.send('events', { ...message(0), [name]: 'x'.repeat(256) });
  });

  test('names the queues that were opened when asked for another', async () => {
    const { clock, api } = memory();
    const sender = new SqsSender(api, api.queues, { clock });
    await expect(sender.send('evnets', message(0))).rejects.toThrow(
      /No queue "evnets" was opened; opened are: events, mail/,
    );
    await expect(sender.send('evnets', message(0))).rejects.toBeInstanceOf(UnknownQueueError);
  });
});

describe('Opening queues', () => {
  test('names all that are missing, and makes them where that is wanted, with a dead-letter queue that keeps longer', async () => {
    const options = { prefix: `${sqs.prefix}open-`, names: ['events', 'orders.fifo'] };
    const failure = await openQueues(sqs.client, { ...options, create: false }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MissingQueuesError);
    expect((failure as MissingQueuesError).queues).toEqual(
      ['events', 'events-dead', 'orders.fifo', 'orders-dead.fifo'].map((name) => `${options.prefix}${name}`),
    );
    await openQueues(sqs.client, { ...options, create: true });
    const queues = await openQueues(sqs.client, { ...options, create: false });
    expect(queues.get('orders.fifo')).toMatchObject({ fifo: true, maxReceiveCount: 100 });
    expect(queues.get('events').fifo).toBe(false);
  });
});

describe('A message with a group on a standard queue', () => {
  test('is taken and handled: fair queues', async () => {
    const queues = await openQueues(sqs.client, { prefix: `${sqs.prefix}fair-`, names: ['events'], create: true });
    const seen: string[] = [];
    const consumer = new QueueConsumer(sqs.client, queues, {
      queue: 'events',
      handler: async ({ id }) => {
        seen.push(id);
      },
      pollWaitSeconds: 1,
      ...PATIENCE,
      logger: new MemoryLogger(),
    });
    const sender = new SqsSender(sqs.client, queues);
    await Promise.all([1, 2, 3].map((n) => sender.send('events', message(n, { groupId: `tenant-${n % 2}` }))));
    consumer.start();
    await until(() => seen.length === 3);
    await consumer.stop({ deadlineMs: 3_000 });
    const { visible, inFlight } = await toSqsApi(sqs.client).depth(queues.get('events').url);
    expect(visible + inFlight).toBe(0);
  });
});

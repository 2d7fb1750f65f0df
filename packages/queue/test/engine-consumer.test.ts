import { MemoryLogger } from '@postern/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type ConsumerOptions,
  DEAD,
  fromWire,
  openQueues,
  PermanentError,
  QueueConsumer,
  type QueueDirectory,
  type ReceivedMessage,
  RetryLater,
  SdkSqsApi,
  SqsSender,
} from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';
import { until } from './engine-support.ts';

let sqs: TestSqs;
let queues: QueueDirectory;
let sender: SqsSender;
let consumer: QueueConsumer | undefined;
let round = 0;

beforeAll(async () => {
  sqs = await testSqs();
});

afterAll(() => sqs.close());

afterEach(async () => {
  await consumer?.stop({ deadlineMs: 2_000 });
  consumer = undefined;
});

/** A fresh queue and a consumer of it, that records what its handler sees. */
async function open(options: Partial<ConsumerOptions> = {}) {
  round += 1;
  queues = await openQueues(sqs.client, { prefix: `${sqs.prefix}${round}-`, names: ['events'], create: true });
  sender = new SqsSender(sqs.client, queues);
  const seen: ReceivedMessage[] = [];
  const logger = new MemoryLogger();
  const { handler = async () => {}, ...rest } = options;
  consumer = new QueueConsumer(sqs.client, queues, {
    queue: 'events',
    handler: async (message) => {
      seen.push(message);
      await handler(message);
    },
    pollWaitSeconds: 1,
    logger,
    ...rest,
  });
  return { seen, logger, consumer };
}

const message = (id: string, extra = {}) => ({ id, type: 'thing.happened', body: JSON.stringify({ id }), ...extra });

/** Takes what is in the dead-letter queue. */
async function deadLetters(count: number) {
  const api = new SdkSqsApi(sqs.client);
  const found: { body: string; attributes: Record<string, string> }[] = [];
  await until(async () => {
    const options = { max: 10, waitSeconds: 1, visibilitySeconds: 60 };
    for (const raw of await api.receive(queues.get('events').deadLetterUrl, options)) {
      found.push({ body: raw.Body ?? '', attributes: fromWire(raw.MessageAttributes) });
    }
    return found.length >= count;
  });
  return found;
}

async function depth() {
  return new SdkSqsApi(sqs.client).depth(queues.get('events').url);
}

const empty = async () => {
  const { visible, inFlight, delayed } = await depth();
  return visible + inFlight + delayed === 0;
};

describe('A consumer', () => {
  test('hands a message over with what it was sent with, and deletes it when the handler returns', async () => {
    const { seen, consumer } = await open();
    consumer.start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await sender.send('events', message('a', { traceparent, attributes: { tenant: 'acme' } }));
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({
      id: 'a',
      type: 'thing.happened',
      body: '{"id":"a"}',
      attempt: 1,
      traceparent,
      attributes: { tenant: 'acme' },
    });
    await until(empty);
  });

  test('hands over every message of a burst once, packed into frames or not', async () => {
    const { seen, consumer } = await open();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => sender.send('events', message(`m${n}`))));
    consumer.start();
    await until(() => seen.length === 1_000);
    expect(new Set(seen.map((one) => one.id)).size).toBe(1_000);
    await until(empty);
  });

  test('goes on receiving while one handler is slow', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, consumer } = await open({
      concurrency: 5,
      handler: async ({ id }) => {
        if (id === 'slow') await release.promise;
      },
    });
    consumer.start();
    await sender.send('events', message('slow'));
    await until(() => seen.length === 1);
    for (let n = 0; n < 30; n++) await sender.send('events', message(`quick${n}`));
    await until(() => seen.length === 31);
    release.resolve();
    await until(empty);
  });

  test('never runs more handlers than its concurrency', async () => {
    let running = 0;
    let most = 0;
    const { seen, consumer } = await open({
      concurrency: 25,
      handler: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      },
    });
    await Promise.all(Array.from({ length: 300 }, (_, n) => sender.send('events', message(`m${n}`))));
    consumer.start();
    await until(() => seen.length === 300);
    expect(most).toBe(25);
  });

  test('tries a failed message again with a higher attempt', async () => {
    const { seen, consumer } = await open({
      retry: { baseMs: 0, ceilingMs: 0 },
      handler: async ({ attempt }) => {
        if (attempt < 3) throw new Error('not yet');
      },
    });
    consumer.start();
    await sender.send('events', message('a'));
    await until(() => seen.length === 3);
    expect(seen.map((one) => one.attempt)).toEqual([1, 2, 3]);
    await until(empty);
  });

  test('tries again after the delay that RetryLater asks for', async () => {
    const { seen, consumer } = await open({
      handler: async ({ attempt }) => {
        if (attempt === 1) throw new RetryLater('busy', { delayMs: 1_000 });
      },
    });
    consumer.start();
    await sender.send('events', message('a'));
    await until(() => seen.length === 2);
    await until(empty);
  });

  test('puts a message with a PermanentError into the dead-letter queue at once, with its reasons', async () => {
    const { seen, consumer } = await open({
      handlerName: 'send-mail',
      handler: async () => {
        throw new PermanentError('invalid-data', 'no address in it');
      },
    });
    consumer.start();
    await sender.send('events', message('a', { attributes: { tenant: 'acme' } }));
    const [dead] = await deadLetters(1);
    expect(seen).toHaveLength(1);
    expect(dead?.body).toBe('{"id":"a"}');
    expect(dead?.attributes).toMatchObject({
      id: 'a',
      type: 'thing.happened',
      tenant: 'acme',
      [DEAD.reason]: 'invalid-data',
      [DEAD.error]: 'PermanentError: no address in it',
      [DEAD.attempts]: '1',
      [DEAD.handler]: 'send-mail',
    });
    const [first = '', last = ''] = dead?.attributes[DEAD.times]?.split('/') ?? [];
    expect(new Date(first).getTime()).toBeLessThanOrEqual(new Date(last).getTime());
    await until(empty);
  });

  test('gives a message up when its attempts are used up', async () => {
    const { seen, consumer } = await open({
      retry: { attempts: 2, baseMs: 0, ceilingMs: 0 },
      handler: async () => {
        throw new Error('broken\u0000 for ever');
      },
    });
    consumer.start();
    await sender.send('events', message('a'));
    const [dead] = await deadLetters(1);
    expect(seen.map((one) => one.attempt)).toEqual([1, 2]);
    expect(dead?.attributes).toMatchObject({ [DEAD.reason]: 'attempts-used-up', [DEAD.attempts]: '2' });
  });

  test('sends a failed entry of a frame again alone, and the others are not repeated', async () => {
    const { seen, consumer } = await open({
      retry: { baseMs: 0, ceilingMs: 0 },
      handler: async ({ id, attempt }) => {
        if (id === 'm7' && attempt === 1) throw new Error('once');
        if (id === 'm9') throw new PermanentError('never');
      },
    });
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => sender.send('events', message(`m${n}`, { attributes: { n: String(n) } }))),
    );
    expect((await depth()).visible).toBeLessThan(20);
    consumer.start();
    await until(() => seen.length === 101);
    await until(empty);
    expect(seen.filter((one) => one.id === 'm7').map((one) => one.attempt)).toEqual([1, 2]);
    expect(seen.filter((one) => one.id === 'm7').map((one) => one.attributes)).toEqual([{ n: '7' }, { n: '7' }]);
    const [dead] = await deadLetters(1);
    expect(dead?.attributes).toMatchObject({ id: 'm9', n: '9', encoding: 'json', [DEAD.reason]: 'never' });
  });
});

describe('A lease', () => {
  test('is held for as long as the message needs, however short the visibility', async () => {
    const { seen, consumer } = await open({
      visibilityMs: 2_000,
      handlerTimeoutMs: 1_900,
      concurrency: 4,
      handler: () => new Promise((resolve) => setTimeout(resolve, 1_000)),
    });
    // One frame whose last entries' turn comes after more than its visibility.
    await Promise.all(Array.from({ length: 16 }, (_, n) => sender.send('events', message(`m${n}`))));
    consumer.start();
    await until(empty);
    expect(seen.map((one) => one.attempt)).toEqual(Array.from({ length: 16 }, () => 1));
  });
});

describe('A redriven message', () => {
  test('keeps its id, whatever id SQS gives it', async () => {
    const { seen, consumer } = await open();
    const { url, deadLetterUrl } = queues.get('events');
    await sender.send('events', message('a'));
    const api = new SdkSqsApi(sqs.client);
    const sqsIds: (string | undefined)[] = [];
    // Out of one queue and into the other by hand, as a redrive does.
    for (const [from, to] of [
      [url, deadLetterUrl],
      [deadLetterUrl, url],
    ] as const) {
      const [raw] = await api.receive(from, { max: 1, waitSeconds: 2, visibilitySeconds: 60 });
      sqsIds.push(raw?.MessageId);
      await api.sendBatch(to, [{ body: raw?.Body ?? '', attributes: raw?.MessageAttributes ?? {} }]);
      await api.deleteBatch(from, [raw?.ReceiptHandle ?? '']);
    }
    expect(new Set(sqsIds).size).toBe(2);
    consumer.start();
    await until(() => seen.length === 1);
    expect(seen[0]?.id).toBe('a');
  });
});

describe('A stop', () => {
  test('waits for handlers, gives back what waits, and can be awaited twice', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, consumer } = await open({ concurrency: 2, prefetch: 50, handler: () => release.promise });
    for (let n = 0; n < 9; n++) await sender.send('events', message(`m${n}`));
    consumer.start();
    await until(() => seen.length === 2);
    const stopped = consumer.stop({ deadlineMs: 10_000 });
    expect(consumer.stop()).toBe(stopped);
    release.resolve();
    const report = await stopped;
    expect(report).toMatchObject({ finished: 2, left: 0, brokenOffPolls: 0 });
    expect(seen).toHaveLength(2);
    await until(async () => (await depth()).visible === 7 && (await depth()).inFlight === 0);
  });

  test('deletes what its handlers finish while it waits for them', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, consumer } = await open({ handler: () => release.promise });
    for (let n = 0; n < 5; n++) await sender.send('events', message(`m${n}`));
    consumer.start();
    await until(() => seen.length === 5);
    const stopped = consumer.stop({ deadlineMs: 10_000 });
    release.resolve();
    await stopped;
    expect(await empty()).toBe(true);
  });

  test('aborts at its deadline what still runs and gives it back', async () => {
    const aborted: string[] = [];
    const { seen, consumer } = await open({
      abortGraceMs: 100,
      handler: ({ signal }) => {
        signal.addEventListener('abort', () => aborted.push((signal.reason as Error).name));
        return new Promise(() => {});
      },
    });
    await sender.send('events', message('a'));
    consumer.start();
    await until(() => seen.length === 1);
    const report = await consumer.stop({ deadlineMs: 1_500 });
    expect(report.left).toBe(1);
    expect(aborted).toEqual(['ConsumerStoppedError']);
    await until(async () => (await depth()).visible === 1);
  });
});

import { MemoryLogger, Metrics } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEAD, PermanentError, RetryLater, toSqsApi, WIRE } from '../src/index.ts';
import { message, Rig } from './rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.reset());
afterAll(() => rig.sqs.close());

describe('A consumer', () => {
  test('hands a message over with what it was sent with, and deletes it when the handler returns', async () => {
    const { seen, consumer } = await rig.open();
    consumer.start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await rig.sender.send('events', message('a', { traceparent, attributes: { tenant: 'acme' } }));
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({
      id: 'a',
      type: 'thing.happened',
      body: '{"id":"a"}',
      attempt: 1,
      traceparent,
      attributes: { tenant: 'acme' },
    });
    await until(rig.empty);
  });

  test('hands over every message of a burst once, packed into frames or not', async () => {
    const { seen, consumer } = await rig.open();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => rig.sender.send('events', message(`m${n}`))));
    consumer.start();
    await until(() => seen.length === 1_000);
    expect(new Set(seen.map((one) => one.id)).size).toBe(1_000);
    await until(rig.empty);
  });

  test('goes on receiving while one handler is slow', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, consumer } = await rig.open({
      concurrency: 5,
      handler: async ({ id }) => {
        if (id === 'slow') await release.promise;
      },
    });
    consumer.start();
    await rig.sender.send('events', message('slow'));
    await until(() => seen.length === 1);
    for (let n = 0; n < 30; n++) await rig.sender.send('events', message(`quick${n}`));
    await until(() => seen.length === 31);
    release.resolve();
    await until(rig.empty);
  });

  test('never runs more handlers than its concurrency', async () => {
    let running = 0;
    let most = 0;
    const { seen, consumer } = await rig.open({
      concurrency: 25,
      handler: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      },
    });
    await Promise.all(Array.from({ length: 300 }, (_, n) => rig.sender.send('events', message(`m${n}`))));
    consumer.start();
    await until(() => seen.length === 300);
    expect(most).toBe(25);
  });

  test('tries a failed message again with a higher attempt', async () => {
    const { seen, consumer } = await rig.open({
      retry: { baseMs: 0, ceilingMs: 0 },
      handler: async ({ attempt }) => {
        if (attempt < 3) throw new Error('not yet');
      },
    });
    consumer.start();
    await rig.sender.send('events', message('a'));
    await until(() => seen.length === 3);
    expect(seen.map((one) => one.attempt)).toEqual([1, 2, 3]);
    await until(rig.empty);
  });

  test('reports at once that a handler fails, with its next try, counts it, and reports that it works again', async () => {
    const logger = new MemoryLogger();
    const metrics = new Metrics({ defaults: false });
    const { consumer } = await rig.open({
      ...{ logger, metrics, types: ['thing.happened'], retry: { baseMs: 0, ceilingMs: 0 } },
      handler: async (one) => {
        if (one.attempt === 3) return;
        one.noteFailure?.('send-it', new TypeError('undefined is not a function'));
        throw new TypeError('undefined is not a function');
      },
    });
    expect(await metrics.expose()).toContain('queue_retries_total{queue="events",type="thing.happened"} 0');
    consumer.start();
    await rig.sender.send('events', message('a'));
    await until(() => logger.lines.some((line) => line.message === 'A handler works again'));
    const lines = logger.lines.filter((line) => line.message.startsWith('A handler'));
    const ids = { message_id: 'a', type: 'thing.happened', queue: 'events' };
    expect(lines).toMatchObject([
      {
        level: 'warn',
        fields: { ...ids, listener: 'send-it', attempt: 1, next_try_ms: 0, error: expect.any(TypeError) },
      },
      { level: 'info', fields: { ...ids, handler: 'send-it', failed_times: 2 } },
    ]);
    expect(await metrics.expose()).toContain('queue_retries_total{queue="events",type="thing.happened"} 2');
  });

  test('tries again after the delay that RetryLater asks for', async () => {
    let runs = 0;
    const { seen, consumer } = await rig.open({
      handler: async () => {
        runs += 1;
        if (runs === 1) throw new RetryLater('busy', { delayMs: 1_000 });
      },
    });
    consumer.start();
    await rig.sender.send('events', message('a'));
    await until(() => seen.length === 2);
    await until(rig.empty);
  });

  test('may have a message wait more often than SQS hands one out: its first failure is its first try', async () => {
    const waits = 101;
    let runs = 0;
    const { seen, consumer } = await rig.open({
      retry: { baseMs: 0, ceilingMs: 0 },
      handler: async () => {
        runs += 1;
        if (runs <= waits) throw new RetryLater('busy', { delayMs: 0 });
        if (runs === waits + 1) throw new Error('a failure');
      },
    });
    const { maxReceiveCount = 0, deadLetterUrl } = rig.queues.get('events');
    expect(waits).toBeGreaterThan(maxReceiveCount);
    await rig.sender.send('events', message('a'));
    consumer.start();
    await until(rig.empty);
    expect(seen.map(({ attempt }) => attempt)).toEqual([...Array.from({ length: waits + 1 }, () => 1), 2]);
    expect(await toSqsApi(rig.sqs.client).depth(deadLetterUrl)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  test('puts a message with a PermanentError into the dead-letter queue at once, with its reasons', async () => {
    const { seen, consumer } = await rig.open({
      handlerName: 'send-mail',
      handler: async () => {
        throw new PermanentError('invalid-data', 'no address in it');
      },
    });
    consumer.start();
    await rig.sender.send('events', message('a', { attributes: { tenant: 'acme' } }));
    const [dead] = await rig.deadLetters(1);
    expect(seen).toHaveLength(1);
    expect(dead?.body).toBe('{"id":"a"}');
    expect(dead?.attributes).toMatchObject({
      [WIRE.id]: 'a',
      [WIRE.type]: 'thing.happened',
      tenant: 'acme',
      [DEAD.reason]: 'invalid-data',
      [DEAD.error]: 'PermanentError: no address in it',
      [DEAD.attempts]: '1',
      [DEAD.handler]: 'send-mail',
    });
    const [first = '', last = ''] = dead?.attributes[DEAD.times]?.split('/') ?? [];
    expect(new Date(first).getTime()).toBeLessThanOrEqual(new Date(last).getTime());
    await until(rig.empty);
  });

  test('gives a message up when its attempts are used up', async () => {
    const { seen, consumer } = await rig.open({
      retry: { attempts: 2, baseMs: 0, ceilingMs: 0 },
      handler: async () => {
        throw new Error('broken\u0000 for ever');
      },
    });
    consumer.start();
    await rig.sender.send('events', message('a'));
    const [dead] = await rig.deadLetters(1);
    expect(seen.map((one) => one.attempt)).toEqual([1, 2]);
    expect(dead?.attributes).toMatchObject({ [DEAD.reason]: 'attempts-used-up', [DEAD.attempts]: '2' });
  });

  test('sends a failed entry of a frame again alone, and the others are not repeated', async () => {
    const { seen, consumer } = await rig.open({
      retry: { baseMs: 0, ceilingMs: 0 },
      handler: async ({ id, attempt }) => {
        if (id === 'm7' && attempt === 1) throw new Error('once');
        if (id === 'm9') throw new PermanentError('never');
      },
    });
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        rig.sender.send('events', message(`m${n}`, { attributes: { n: String(n) } })),
      ),
    );
    expect((await rig.depth()).visible).toBeLessThan(20);
    consumer.start();
    await until(() => seen.length === 101);
    await until(rig.empty);
    expect(seen.filter((one) => one.id === 'm7').map((one) => one.attempt)).toEqual([1, 2]);
    expect(seen.filter((one) => one.id === 'm7').map((one) => one.attributes)).toEqual([{ n: '7' }, { n: '7' }]);
    const [dead] = await rig.deadLetters(1);
    expect(dead?.attributes).toMatchObject({
      [WIRE.id]: 'm9',
      n: '9',
      [WIRE.encoding]: 'json',
      [DEAD.reason]: 'never',
    });
  });
});

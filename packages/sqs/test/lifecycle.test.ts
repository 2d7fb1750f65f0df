import { until } from '@postern/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { toSqsApi } from '../src/index.ts';
import { message, Rig } from './rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.reset());
afterAll(() => rig.sqs.close());

describe('A redriven message', () => {
  test('keeps its id, whatever id SQS gives it', async () => {
    const { seen, consumer } = await rig.open();
    const { url, deadLetterUrl } = rig.queues.get('events');
    await rig.sender.send('events', message('a'));
    const api = toSqsApi(rig.sqs.client);
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
    const { seen, consumer } = await rig.open({ concurrency: 2, prefetch: 50, handler: () => release.promise });
    for (let n = 0; n < 9; n++) await rig.sender.send('events', message(`m${n}`));
    consumer.start();
    await until(() => seen.length === 2);
    const stopped = consumer.stop({ deadlineMs: 120_000 });
    expect(consumer.stop()).toBe(stopped);
    release.resolve();
    const report = await stopped;
    expect(report).toMatchObject({ finished: 2, left: 0, brokenOffPolls: 0 });
    expect(seen).toHaveLength(2);
    await until(async () => (await rig.depth()).visible === 7 && (await rig.depth()).inFlight === 0);
  });

  test('deletes what its handlers finish while it waits for them', async () => {
    const release = Promise.withResolvers<void>();
    const { seen, consumer } = await rig.open({ handler: () => release.promise });
    for (let n = 0; n < 5; n++) await rig.sender.send('events', message(`m${n}`));
    consumer.start();
    await until(() => seen.length === 5);
    const stopped = consumer.stop({ deadlineMs: 120_000 });
    release.resolve();
    await stopped;
    expect(await rig.empty()).toBe(true);
  });

  test('aborts at its deadline what still runs and gives it back', async () => {
    const aborted: string[] = [];
    const { seen, consumer } = await rig.open({
      abortGraceMs: 100,
      handler: ({ signal }) => {
        signal.addEventListener('abort', () => aborted.push((signal.reason as Error).name));
        return new Promise(() => {});
      },
    });
    await rig.sender.send('events', message('a'));
    consumer.start();
    await until(() => seen.length === 1);
    const report = await consumer.stop({ deadlineMs: 1_500 });
    expect(report.left).toBe(1);
    expect(aborted).toEqual(['ConsumerStoppedError']);
    await until(async () => (await rig.depth()).visible === 1);
  });
});

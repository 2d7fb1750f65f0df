import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openQueues } from '../src/client/open-queues.ts';
import { toSqsApi } from '../src/client/to-sqs-api.ts';
import { toDeadLetter } from '../src/dead-letters/dead-letter-format.ts';
import { DeadLetters } from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
beforeAll(async () => {
  sqs = await testSqs();
});
afterAll(() => sqs.close());

interface Letter {
  id: string;
  body: string;
}

async function send(url: string, letters: readonly Letter[]): Promise<void> {
  const at = new Date();
  const cause = {
    reason: 'attempts-used-up',
    error: new Error('no'),
    attempts: 1,
    handler: 'h',
    firstAt: at,
    lastAt: at,
  };
  for (const { id, body } of letters) {
    const entry = toDeadLetter({ id, type: 'user.registered', body, attributes: {} }, cause, false);
    if (!entry) throw new Error('the letter does not fit');
    expect(await toSqsApi(sqs.client).sendBatch(url, [entry])).toEqual([]);
  }
}

async function withLetters(queue: string, letters: readonly Letter[]) {
  const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: [queue], create: true });
  const logger = new MemoryLogger();
  const url = queues.get(queue).deadLetterUrl;
  await send(url, letters);
  return {
    url,
    queues,
    logger,
    deadLetters: new DeadLetters(sqs.client, queues, { logger, waitSeconds: 0, probeSeconds: 0 }),
  };
}

test('dead letters are gone through up to a bound, with how many there are, and stay where they are', async () => {
  const all = Array.from({ length: 35 }, (_, index) => ({ id: `s${index}`, body: '{}' }));
  const { deadLetters } = await withLetters('many', all);
  const some = await deadLetters.pass('many', async () => new Set(), { most: 20 });
  expect(some).toMatchObject({ isWhole: false, removed: 0 });
  expect(some.looked).toBeGreaterThanOrEqual(20);
  expect(some.looked).toBeLessThan(35);
  expect(await deadLetters.list('many', { ids: ['s7'] })).toMatchObject([{ id: 's7' }]);
  expect(await deadLetters.list('many')).toHaveLength(35);
});

test('a pass is whole when it has seen all that were counted, and what dies meanwhile stands in for none that somebody else holds', async () => {
  const held = Array.from({ length: 10 }, (_, index) => ({ id: `h${index}`, body: '{}' }));
  const { url, deadLetters } = await withLetters('held', held);
  await vi.waitFor(async () => expect((await deadLetters.counts())[0]?.letters).toBe(10));
  const counted = Date.now();
  // SQS dates by whole seconds: what is of the same one may have come before the count, or after it.
  await until(() => Date.now() - counted > 2_000);
  const api = toSqsApi(sqs.client);
  const looks = await api.receive(url, { max: 10, waitSeconds: 1, visibilitySeconds: 600 });
  let died = false;
  const dying = async () => {
    if (!died)
      await send(
        url,
        held.map(({ id, body }) => ({ id: `n${id}`, body })),
      );
    died = true;
    return new Set<never>();
  };
  await send(url, [{ id: 'shown', body: '{}' }]);
  expect((await deadLetters.pass('held', dying)).isWhole).toBe(false);
  await api.changeVisibilityBatch(
    url,
    looks.map(({ ReceiptHandle = '' }) => ({ receipt: ReceiptHandle, seconds: 0 })),
  );
  const again = Date.now();
  await until(() => Date.now() - again > 2_000);
  expect(await deadLetters.pass('held', async () => new Set())).toMatchObject({ looked: 21, isWhole: true });
});

test('dead letters are found by what their body holds, which no log repeats', async () => {
  const { deadLetters, logger } = await withLetters('few', [
    { id: 'a', body: '{"email":"Ann@Example.com"}' },
    { id: 'b', body: '{"email":"lee@example.com"}' },
  ]);
  const filter = { text: 'ann@example.com' };
  expect((await deadLetters.list('few', filter)).map(({ id }) => id)).toEqual(['a']);
  expect(await deadLetters.remove('few', filter, { by: 'kim' })).toBe(1);
  expect(JSON.stringify(logger.lines)).not.toContain('ann');
});

test('a look that is broken off gives back what it held', async () => {
  const all = Array.from({ length: 25 }, (_, index) => ({ id: `b${index}`, body: '{}' }));
  const { queues, logger, deadLetters } = await withLetters('broken', all);
  const broken = new AbortController();
  const looking = new DeadLetters(sqs.client, queues, { logger, waitSeconds: 0, signal: broken.signal });
  const breakOff = async () => {
    broken.abort(new Error('broken off'));
    return new Set<never>();
  };
  await expect(looking.pass('broken', breakOff)).rejects.toThrow('broken off');
  expect(await deadLetters.list('broken')).toHaveLength(25);
});

import { MemoryLogger } from '@postern/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

async function withLetters(queue: string, letters: readonly { id: string; body: string }[]) {
  const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: [queue], create: true });
  const logger = new MemoryLogger();
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
    expect(await toSqsApi(sqs.client).sendBatch(queues.get(queue).deadLetterUrl, [entry])).toEqual([]);
  }
  return { logger, deadLetters: new DeadLetters(sqs.client, queues, { logger, waitSeconds: 0, probeSeconds: 0 }) };
}

test('dead letters are gone through up to a bound, with how many there are, and stay where they are', async () => {
  const all = Array.from({ length: 35 }, (_, index) => ({ id: `s${index}`, body: '{}' }));
  const { deadLetters } = await withLetters('many', all);
  const some = await deadLetters.pass('many', async () => new Set(), { most: 20 });
  expect(some).toMatchObject({ total: 35, removed: 0 });
  expect(some.looked).toBeGreaterThanOrEqual(20);
  expect(some.looked).toBeLessThan(35);
  expect(await deadLetters.list('many', { ids: ['s7'] })).toMatchObject([{ id: 's7' }]);
  expect(await deadLetters.list('many')).toHaveLength(35);
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

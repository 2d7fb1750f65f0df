import { MemoryLogger } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openQueues } from '../src/client/open-queues.ts';
import type { QueueDirectory } from '../src/client/queue-directory.ts';
import type { SqsApi } from '../src/client/sqs-api.ts';
import { toSqsApi } from '../src/client/to-sqs-api.ts';
import { fromWire, WIRE } from '../src/client/wire-attributes.ts';
import { type DeadLetterCause, toDeadLetter } from '../src/dead-letters/dead-letter-format.ts';
import { DeadLetterError } from '../src/dead-letters/dead-letters.ts';
import type { MoveProgress } from '../src/dead-letters/letter-retry.ts';
import { DeadLetters, deadLettersCommands } from '../src/index.ts';
import { type TestSqs, testSqs } from '../src/testing/index.ts';

let sqs: TestSqs;
let api: SqsApi;
let queues: QueueDirectory;
let deadLetters: DeadLetters;
let logger: MemoryLogger;
let queue: string;
let count = 0;

beforeAll(async () => {
  sqs = await testSqs();
  api = toSqsApi(sqs.client);
});
afterAll(() => sqs.close());
beforeEach(async () => {
  queue = `q${count++}`;
  queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: [queue], create: true });
  logger = new MemoryLogger();
  deadLetters = new DeadLetters(sqs.client, queues, { logger, waitSeconds: 0, probeSeconds: 0 });
});

const CAUSE: DeadLetterCause = {
  reason: 'attempts-used-up',
  error: new TypeError('no such user'),
  attempts: 10,
  handler: 'send-welcome',
  firstAt: new Date('2026-01-01T10:00:00Z'),
  lastAt: new Date('2026-01-01T10:20:00Z'),
};

/** Puts letters into the dead-letter queue as the consumer does. */
async function deadLetter(
  ...letters: { id: string; type?: string; body?: string; cause?: Partial<DeadLetterCause> }[]
) {
  for (const { id, type = 'user.registered', body = '{"data":{"email":"old@a.example"}}', cause } of letters) {
    const source = { id, type, body, traceparent: '00-trace', attributes: { tenant: 'acme' } };
    const entry = toDeadLetter(source, { ...CAUSE, ...cause }, false);
    if (!entry) throw new Error('the letter does not fit');
    expect(await api.sendBatch(queues.get(queue).deadLetterUrl, [entry])).toEqual([]);
  }
}

/** What is in the queue itself, taken out of it. */
async function arrived() {
  const { url } = queues.get(queue);
  const found = [];
  for (;;) {
    const messages = await api.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 60 });
    if (messages.length === 0) return found;
    found.push(
      ...messages.map(({ Body, MessageAttributes }) => ({ body: Body, attributes: fromWire(MessageAttributes) })),
    );
  }
}

function run(...args: string[]) {
  const commands = deadLettersCommands({ open: (work) => work(deadLetters), queues: [queue] });
  return runCommands(commands, 'dead-letters', ...args);
}

describe('dead letters', () => {
  test('are listed with why they died, and stay where they are', async () => {
    await deadLetter({ id: 'a' }, { id: 'b', type: 'mail.send', cause: { reason: 'invalid-data' } });
    const letters = await deadLetters.list(queue);
    expect(letters.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
    expect(letters.find(({ id }) => id === 'a')).toMatchObject({
      queue,
      type: 'user.registered',
      reason: 'attempts-used-up',
      error: 'TypeError: no such user',
      attempts: 10,
      handler: 'send-welcome',
      firstAt: CAUSE.firstAt,
      lastAt: CAUSE.lastAt,
      traceparent: '00-trace',
      attributes: { tenant: 'acme' },
    });
    expect((await deadLetters.list(queue, { reason: 'invalid-data' })).map(({ id }) => id)).toEqual(['b']);
    expect((await deadLetters.list(queue, { error: 'NO SUCH' })).length).toBe(2);
    expect(await deadLetters.list(queue, { since: new Date('2026-01-02') })).toEqual([]);
    expect(await deadLetters.counts()).toEqual([{ queue, letters: 2 }]);
  });

  test('one is retried under its id, without its reasons, and the others stay', async () => {
    await deadLetter({ id: 'a' }, { id: 'b' });
    expect(await deadLetters.retry(queue, { ids: ['a'] }, { by: 'ada' })).toMatchObject({ retried: 1, failed: [] });
    expect(await arrived()).toEqual([
      {
        body: '{"data":{"email":"old@a.example"}}',
        attributes: {
          [WIRE.id]: 'a',
          [WIRE.type]: 'user.registered',
          [WIRE.traceparent]: '00-trace',
          [WIRE.encoding]: 'json',
          tenant: 'acme',
        },
      },
    ]);
    expect((await deadLetters.list(queue)).map(({ id }) => id)).toEqual(['b']);
    expect(logger.lines.at(-1)).toMatchObject({ message: 'dead letters retried', fields: { by: 'ada', retried: 1 } });
  });

  test('many are retried by a filter', async () => {
    const letters = Array.from({ length: 25 }, (_, n) => ({ id: `${n}`, type: n % 2 === 0 ? 'even' : 'odd' }));
    await deadLetter(...letters);
    expect((await deadLetters.retry(queue, { type: 'even' }, { by: 'ada' })).retried).toBe(13);
    expect(await arrived()).toHaveLength(13);
    expect(await deadLetters.list(queue)).toHaveLength(12);
  });

  test('all are redriven, with progress', async () => {
    await deadLetter(...Array.from({ length: 12 }, (_, n) => ({ id: `${n}` })));
    const seen: number[] = [];
    const onProgress = ({ moved, total }: MoveProgress) => {
      expect(total).toBe(12);
      seen.push(moved);
    };
    await deadLetters.retry(queue, {}, { by: 'ada', onProgress });
    expect((await arrived()).map(({ attributes }) => Number(attributes[WIRE.id])).toSorted((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(seen.at(-1)).toBe(12);
    expect(await deadLetters.list(queue)).toEqual([]);
  });

  test('one is edited and retried, and the log has digests instead of bodies', async () => {
    await deadLetter({ id: 'a' });
    await deadLetters.editAndRetry(queue, 'a', (body) => body.replace('old@', 'new@'), { by: 'ada' });
    expect((await arrived())[0]).toMatchObject({
      body: '{"data":{"email":"new@a.example"}}',
      attributes: { [WIRE.id]: 'a' },
    });
    expect(await deadLetters.list(queue)).toEqual([]);
    const line = logger.lines.at(-1);
    expect(line).toMatchObject({ message: 'dead letter edited and retried', fields: { by: 'ada', message_id: 'a' } });
    expect(JSON.stringify(line)).not.toContain('example');
  });

  test('an edit that cannot be changes nothing', async () => {
    await deadLetter({ id: 'a' });
    const edit = (body: string) => deadLetters.editAndRetry(queue, 'a', () => body, { by: 'ada' });
    await expect(edit('bell \u0007')).rejects.toThrow(/control characters, and the new body has one at 5/);
    await expect(deadLetters.editAndRetry(queue, 'zzz', (body) => body, { by: 'ada' })).rejects.toThrow(
      DeadLetterError,
    );
    expect((await deadLetters.list(queue)).map(({ body }) => body)).toEqual(['{"data":{"email":"old@a.example"}}']);
  });

  test('are removed by a filter, or purged', async () => {
    await deadLetter({ id: 'a' }, { id: 'b' }, { id: 'c' });
    expect(await deadLetters.remove(queue, { ids: ['b'] }, { by: 'ada' })).toBe(1);
    expect((await deadLetters.list(queue)).map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
    await deadLetters.purge(queue, { by: 'ada' });
    expect(await deadLetters.list(queue)).toEqual([]);
  });

  test('one that is not ours and has no attributes is reported and retried as it is', async () => {
    const { deadLetterUrl } = queues.get(queue);
    await api.sendBatch(deadLetterUrl, [{ body: 'not even JSON', attributes: {} }]);
    const [letter] = await deadLetters.list(queue);
    expect(letter).toMatchObject({ reason: 'moved-by-sqs', type: '', body: 'not even JSON', messages: 1 });
    await deadLetters.retry(queue, { ids: [letter?.id ?? ''] }, { by: 'ada' });
    expect(await arrived()).toEqual([
      { body: 'not even JSON', attributes: { [WIRE.id]: letter?.id, [WIRE.encoding]: 'json' } },
    ]);
  });
});

test('letters of a FIFO queue go back into their groups, at once and in their order', async () => {
  const name = `${queue}-ordered.fifo`;
  const fifo = await openQueues(sqs.client, { prefix: sqs.prefix, names: [name], create: true });
  const { url, deadLetterUrl } = fifo.get(name);
  for (const [n, groupId] of Array.from({ length: 30 }, (_, n) => (n % 10 === 0 ? 'b' : 'a')).entries()) {
    const source = { id: `${n}`, type: 't', body: `${n}`, groupId, attributes: {} };
    const entry = toDeadLetter(source, CAUSE, true);
    if (!entry) throw new Error('the letter does not fit');
    // SQS has had it under its id before, a moment ago: a retry under the same one would be dropped as a repeat.
    const { groupId: group, body, attributes } = entry;
    const first = { body, attributes, groupId: group ?? '', deduplicationId: `${n}` };
    expect(await api.sendBatch(url, [first])).toEqual([]);
    expect(await api.sendBatch(deadLetterUrl, [entry])).toEqual([]);
  }
  for (;;) {
    const received = await api.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 60 });
    if (received.length === 0) break;
    await api.deleteBatch(
      url,
      received.map(({ ReceiptHandle = '' }) => ReceiptHandle),
    );
  }
  const letters = new DeadLetters(sqs.client, fifo, { logger, waitSeconds: 0, probeSeconds: 0 });
  expect(await letters.retry(name, {}, { by: 'ada' })).toMatchObject({ retried: 30, stopped: undefined });
  const back: { body: string; group: string }[] = [];
  for (;;) {
    const received = await api.receive(url, { max: 10, waitSeconds: 0, visibilitySeconds: 60 });
    if (received.length === 0) break;
    back.push(
      ...received.map(({ Body = '', Attributes }) => ({ body: Body, group: Attributes?.MessageGroupId ?? '' })),
    );
    await api.deleteBatch(
      url,
      received.map(({ ReceiptHandle = '' }) => ReceiptHandle),
    );
  }
  const of = (wanted: string) => back.filter(({ group }) => group === wanted).map(({ body }) => body);
  const sent = Array.from({ length: 30 }, (_, n) => n);
  expect(of('a')).toEqual(sent.filter((n) => n % 10 > 0).map(String));
  expect(of('b')).toEqual(['0', '10', '20']);
});

describe('the command', () => {
  test('counts, lists, shows, edits and retries', async () => {
    await deadLetter({ id: 'a' }, { id: 'b' });
    expect((await run()).out).toMatch(new RegExp(`^QUEUE +DEAD LETTERS\\n${queue} +2$`));
    expect((await run('list', queue, '--type', 'user.registered')).out).toMatch(
      /^ID +TYPE +REASON.*\n[ab] +user\.registered/,
    );
    expect((await run('list')).out).toMatch(
      new RegExp(`^QUEUE +ID +TYPE.*(\\n${queue} +[ab] +user\\.registered.*){2}$`),
    );
    expect((await run('list', queue, '--type', 'other')).out).toBe('none');
    expect((await run('list', '--limit', '1')).complaints).toContain('ended at 1: there may be more');
    expect((await run('show', queue, 'a')).out).toMatch(/reason +attempts-used-up[\s\S]*"email": "old@a.example"/);
    expect(await run('edit', queue, 'a', '--set', 'data.email=new@a.example', '--by', 'ada')).toMatchObject({
      code: 0,
    });
    expect((await arrived())[0]?.body).toBe('{"data":{"email":"new@a.example"}}');
    expect(await run('retry', queue, 'b', 'nope')).toEqual({
      code: 1,
      out: `1 sent back to ${queue}`,
      complaints: '1 not found: they may have been retried already',
    });
    expect((await run('redrive', queue)).out).toContain('0 sent back');
    expect(await run('remove', queue, 'b', '--yes')).toEqual({
      code: 1,
      out: '0 removed',
      complaints: '1 not found, or not removed by SQS',
    });
  });

  test('reports what is wrong with what was typed, and what there is instead', async () => {
    expect(await run('lst', queue)).toMatchObject({
      code: 2,
      complaints: expect.stringContaining("unknown command 'lst'\n(Did you mean list?)"),
    });
    expect(await run('show')).toMatchObject({ code: 2, complaints: expect.stringContaining("argument 'queue'") });
    expect(await run('list', 'nope')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining(`<queue>: expected one of ${queue}`),
    });
    expect(await run('list', queue, '--limit', 'x')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('--limit: expected a whole number from 1'),
    });
    expect(await run('list', queue, '--since', 'x')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining('--since: "x" is not a time'),
    });
    expect(await run('list', queue, '--wat')).toMatchObject({
      code: 2,
      complaints: expect.stringContaining("'--wat'"),
    });
    expect(await run('retry', queue)).toMatchObject({ code: 2, complaints: expect.stringContaining('which ones?') });
    expect(await run('purge', queue)).toMatchObject({ code: 2, complaints: expect.stringContaining('add --yes') });
    expect(await run('show', queue, 'gone')).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('may have been retried'),
    });
    await deadLetter({ id: 'a' });
    const wrong = await run('edit', queue, 'a', '--set', 'data.mail=x');
    expect(wrong).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('unknown field "mail"; expected one of: email'),
    });
    expect((await run('retry', '--help')).out).toContain('dead-letters retry [options] <queue> [ids...]');
  });
});

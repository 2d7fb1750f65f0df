import { zstdCompressSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { MemoryLogger } from '@postern/runtime';
import { until } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DEAD,
  FRAME_ENCODING,
  fromWire,
  openQueues,
  PermanentError,
  packFrame,
  QueueConsumer,
  type QueueDirectory,
  SqsSender,
  toSqsApi,
  WIRE,
} from '../src/index.ts';
import { PATIENCE, type TestSqs, testSqs } from '../src/testing/index.ts';
import { World } from './world.ts';

let sqs: TestSqs;
let queues: QueueDirectory;
let consumer: QueueConsumer;
const seen: string[] = [];

beforeAll(async () => {
  sqs = await testSqs();
  queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
  consumer = new QueueConsumer(sqs.client, queues, {
    queue: 'events',
    handler: async ({ id }) => {
      seen.push(id);
      if (id === 'emoji') throw new PermanentError('emoji', 'first name 😀');
    },
    pollWaitSeconds: 1,
    ...PATIENCE,
    logger: new MemoryLogger(),
  });
  consumer.start();
});

afterAll(async () => {
  await consumer.stop({ deadlineMs: 3_000 });
  await sqs.close();
});

/** Sends a message past the engine's sender, as a broken or hostile one would. */
async function sendRaw(body: string, attributes: Record<string, string | Uint8Array> = {}) {
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? { DataType: 'String', StringValue: value }
        : { DataType: 'Binary', BinaryValue: value },
    ]),
  );
  const { url } = queues.get('events');
  await sqs.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes }));
}

async function nextDeadLetter() {
  const api = toSqsApi(sqs.client);
  const { deadLetterUrl } = queues.get('events');
  let found: { body: string; attributes: Record<string, string> } | undefined;
  await until(async () => {
    const [raw] = await api.receive(deadLetterUrl, { max: 1, waitSeconds: 1, visibilitySeconds: 60 });
    if (!raw) return false;
    await api.deleteBatch(deadLetterUrl, [raw.ReceiptHandle ?? '']);
    found = { body: raw.Body ?? '', attributes: fromWire(raw.MessageAttributes) };
    return true;
  });
  return found as { body: string; attributes: Record<string, string> };
}

const frame = packFrame(Array.from({ length: 20 }, (_, n) => ({ id: `e${n}`, type: 't', body: `b${n}`, sentAt: 1 })));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const huge = packFrame([{ id: 'a', type: 't', body: 'x'.repeat(17 * 1024 * 1024), sentAt: 1 }]);

describe('A message that cannot be read goes to the dead-letter queue with its reason, and the consumer goes on', () => {
  test.each([
    [
      'a frame cut in the middle',
      frame.slice(0, frame.length / 2),
      { [WIRE.encoding]: FRAME_ENCODING },
      'broken-frame',
    ],
    ['a frame that is not base64', '!!!', { [WIRE.encoding]: FRAME_ENCODING }, 'broken-frame'],
    [
      'a frame that is not compressed',
      base64('[["a","t","b",1]]'),
      { [WIRE.encoding]: FRAME_ENCODING },
      'broken-frame',
    ],
    ['a frame that unpacks to more than memory should hold', huge, { [WIRE.encoding]: FRAME_ENCODING }, 'broken-frame'],
    ['an encoding of the future', '{}', { [WIRE.encoding]: 'frame-9' }, 'unknown-encoding'],
    ['an attempt that is not a number', '{}', { [WIRE.attempt]: 'many' }, 'bad-attribute'],
    ['an attempt below one', '{}', { [WIRE.attempt]: '-3' }, 'bad-attribute'],
    ['a time that is none', '{}', { [WIRE.notBefore]: 'tomorrow' }, 'bad-attribute'],
    ['a time that no delay ends at', '{}', { [WIRE.notBefore]: '9000000000000000' }, 'bad-attribute'],
  ])('%s', async (_, body, attributes, reason) => {
    await sendRaw(body, { [WIRE.id]: 'the-id', ...attributes });
    const dead = await nextDeadLetter();
    expect(dead.attributes).toMatchObject({ [WIRE.id]: 'the-id', [DEAD.reason]: reason, [DEAD.handler]: 'intake' });
    expect(dead.attributes[DEAD.error]).not.toBe('');
    expect(dead.body).toBe(body);
  });

  test.each([
    ['an id', WIRE.id],
    ['a type', WIRE.type],
    ['an attempt', WIRE.attempt],
    ['an encoding', WIRE.encoding],
    ['a time', WIRE.notBefore],
  ])('%s of 100 KB, and neither its letter nor its line in the log is as long', async (_, name) => {
    const world = new World();
    const { url } = world.sqs.queues.get('events');
    const attributes = { [name]: { DataType: 'String', StringValue: 'x'.repeat(100_000) } };
    await world.sqs.sendBatch(url, [{ body: '{}', attributes }]);
    await world.start();
    await world.pass(5_000);
    const [dead] = world.sqs.deadLetters('events').contents;
    const { [WIRE.id]: id = '', [WIRE.type]: type = '', [DEAD.error]: error = '' } = fromWire(dead?.attributes);
    expect(id).not.toBe('');
    for (const text of [id, type, error]) expect(text.length).toBeLessThan(1_100);
    expect(JSON.stringify(world.logger.lines, (_key, value) => value?.message ?? value).length).toBeLessThan(3_000);
    await world.end();
  });

  test('an entry of a frame, while the others of the frame are handled', async () => {
    seen.length = 0;
    const rows = [
      ['g1', 't', 'fine', 1],
      ['bad', 't', 'attempt below one', 1, '', 0],
      ['g2', 't', 'fine', 1],
    ];
    await sendRaw(zstdCompressSync(JSON.stringify(rows)).toString('base64'), { [WIRE.encoding]: FRAME_ENCODING });
    const dead = await nextDeadLetter();
    expect(dead.attributes[DEAD.reason]).toBe('broken-entry');
    expect(dead.attributes[DEAD.error]).toContain('Entry 1 of the frame');
    expect(dead.body).toBe(JSON.stringify(rows[1]));
    await until(() => seen.includes('g1') && seen.includes('g2'));
    expect(seen).not.toContain('bad');
  });

  test('what others send without our attributes is handled as it is', async () => {
    seen.length = 0;
    await sendRaw('<xml/>');
    await sendRaw('{"a":1}', { [WIRE.id]: 'b', whatever: new Uint8Array([1, 2, 3]) });
    await sendRaw('{}', { [WIRE.id]: 'c', [WIRE.headers]: 'no json' });
    await until(() => seen.length === 3);
    expect(seen).toContain('b');
    expect(seen).toContain('c');
  });

  test('a partner may call its attributes as it likes', async () => {
    seen.length = 0;
    await sendRaw('{"n":1}', { id: '1', encoding: 'utf-8', attempt: '0', 'not-before': 'noon', headers: '{}' });
    await sendRaw('{"n":2}', { id: '1', encoding: 'json', type: 'order' });
    await until(() => seen.length === 2);
    // Two messages, so two ids: those of SQS.
    expect(new Set(seen).size).toBe(2);
    expect(seen).not.toContain('1');
  });
});

describe('A message that SQS does not accept as it is', () => {
  test('arrives with the meaning it had when it holds characters beyond U+FFFF, and so does its dead letter', async () => {
    const sender = new SqsSender(sqs.client, queues);
    const body = JSON.stringify({ first_name: '😀 𠮷' });
    await sender.send('events', { id: 'emoji', type: 't', body, attributes: { name: '😀' } });
    const dead = await nextDeadLetter();
    expect(JSON.parse(dead.body)).toEqual({ first_name: '😀 𠮷' });
    expect(dead.attributes).toMatchObject({ [WIRE.id]: 'emoji', name: '😀', [DEAD.reason]: 'emoji' });
  });

  test('travels in a frame of one when it holds characters that SQS refuses', async () => {
    seen.length = 0;
    const sender = new SqsSender(sqs.client, queues);
    await sender.send('events', { id: 'odd', type: 't', body: '{"name":"\uFFFF\u0001"}' });
    await until(() => seen.includes('odd'));
  });

  test('does not fail the others of its batch', async () => {
    seen.length = 0;
    const sender = new SqsSender(sqs.client, queues);
    const sends = await Promise.allSettled([
      sender.send('events', { id: 'good', type: 't', body: 'fine' }),
      sender.send('events', { id: 'huge', type: 't', body: 'x'.repeat(1_048_577) }),
      sender.send('events', { id: 'void', type: 't', body: '' }),
      sender.send('events', { id: 'bad', type: 't', body: 'b', attributes: { 'no such name!': 'v' } }),
      sender.send('events', { id: 'good2', type: 't', body: 'fine' }),
    ]);
    expect(sends.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
    await until(() => seen.includes('good') && seen.includes('good2'));
  });
});

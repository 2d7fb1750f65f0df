import { type Database, MemoryLogger } from '@postern/runtime';
import { type TestDatabase, testDatabase, until } from '@postern/runtime/testing';
import {
  DeadLetters,
  type MessageHandler,
  openQueues,
  PermanentError,
  QueueConsumer,
  type QueueDirectory,
  SqsSender,
  toSqsApi,
} from '@postern/sqs';
import { PATIENCE, type TestSqs, testSqs } from '@postern/sqs/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Inbox } from '../src/index.ts';
import { createDurableTables } from './job-support.ts';
import { message, outboxOn } from './support.ts';

let parts: TestDatabase;
let database: Database;
let sqs: TestSqs;
let queues: QueueDirectory;
const logger = new MemoryLogger();

beforeEach(async () => {
  [parts, sqs] = await Promise.all([testDatabase('whole'), testSqs()]);
  database = parts.database;
  await createDurableTables(database);
  queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
});
afterEach(async () => {
  await Promise.all([parts.close(), sqs.close()]);
});

/** Consumes the queue while `work` runs. */
async function consuming(handler: MessageHandler, work: () => Promise<void>): Promise<void> {
  const consumer = new QueueConsumer(sqs.client, queues, {
    queue: 'events',
    handler,
    logger,
    pollWaitSeconds: 1,
    ...PATIENCE,
  });
  consumer.start();
  try {
    await work();
  } finally {
    await consumer.stop();
  }
}

test('from a transaction through SQS to each listener once; what died and is redriven runs only where it had not succeeded', async () => {
  const sender = new SqsSender(sqs.client, queues);
  const { outbox } = outboxOn(database, sender);
  const inbox = new Inbox(database);
  const deadLetters = new DeadLetters(sqs.client, queues, { logger, waitSeconds: 0 });
  const runs: string[] = [];
  let broken = true;
  const handler: MessageHandler = async ({ id }) => {
    await inbox.once('mail', id, async () => void runs.push(`mail ${id}`));
    await inbox.once('crm', id, async () => {
      if (broken) throw new PermanentError('crm-refuses', 'the CRM knows no such person');
      runs.push(`crm ${id}`);
    });
  };
  const events = Array.from({ length: 30 }, () => message());
  await consuming(handler, async () => {
    await database.transaction(async (tx) => {
      for (const event of events) await outbox.add(tx, 'events', event);
    });
    await until(async () => (await deadLetters.counts())[0]?.letters === events.length);
    const [letter] = await deadLetters.list('events', { reason: 'crm-refuses' }, 1);
    expect(letter).toMatchObject({ reason: 'crm-refuses', attempts: 1, handler: 'events' });
    expect(letter?.error).toContain('the CRM knows no such person');
    broken = false;
    await deadLetters.retry('events', {}, { by: 'ada' });
    await until(() => runs.length === 2 * events.length);
    // Everything once more, as an operator might by mistake.
    for (const event of events) await sender.send('events', event);
    const api = toSqsApi(sqs.client);
    await until(async () => {
      const { visible, inFlight } = await api.depth(queues.get('events').url);
      return visible + inFlight === 0;
    });
  });
  const expected = events.flatMap(({ id }) => [`mail ${id}`, `crm ${id}`]);
  expect(runs.toSorted()).toEqual(expected.toSorted());
  expect(await outbox.pending()).toBe(0);
  await sender.close();
});

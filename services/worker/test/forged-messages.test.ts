import { call, Inbox, JobDispatcher, JobRunner, Outbox } from '@postern/durable';
import { defineJob, EnvelopeReader, EnvelopeWriter, type UnsignedWindow, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger, Metrics, newId, SystemClock } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import type { ReceivedMessage } from '@postern/sqs';
import { MemorySender } from '@postern/sqs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';
import { jobEncoder } from '../src/jobs/encode-job.ts';
import { handleJob, type JobContext } from '../src/jobs/handle-job.ts';
import { JobRouter } from '../src/jobs/job-router.ts';
import { jobReader } from '../src/jobs/read-job.ts';

const Count = defineJob('test.count', 1, z.object({ n: z.int() }));
const keys = testKeys('w1');
const logger = new MemoryLogger();
const clock = new SystemClock();

let parts: TestDatabase;
let runner: JobRunner;
let jobs: JobDispatcher;
let sender: MemorySender;
let outbox: Outbox;
let ran: number[];

beforeAll(async () => {
  parts = await testDatabase('forged', migrations);
});
afterAll(() => parts.close());

function replica(unsigned?: UnsignedWindow) {
  const reader = new EnvelopeReader([Count], { [WORKER]: keys }, { unsigned });
  const router = new JobRouter([handleJob(Count, async ({ n }) => void ran.push(n))], reader, () => ({}) as JobContext);
  runner = new JobRunner(parts.database, new Inbox(parts.database), outbox, {
    ...{ logger, clock, attempts: 3 },
    read: jobReader(reader),
  });
  return (message: ReceivedMessage) => runner.run(message, () => router.handle(message));
}

let handle: ReturnType<typeof replica>;

beforeEach(() => {
  ran = [];
  sender = new MemorySender();
  outbox = new Outbox(parts.database, sender, { logger, metrics: new Metrics({ defaults: false }), clock });
  jobs = new JobDispatcher(parts.database, outbox, { encode: jobEncoder(new EnvelopeWriter(WORKER, keys)), clock });
  handle = replica();
});

/** The messages of a batch of two, as a consumer receives them. */
async function batchOfTwo() {
  const id = await jobs.batch('two', [call(Count, { n: 1 }), call(Count, { n: 2 })]);
  await outbox.sweep();
  const [first, second] = sender.to('jobs').map((sent) => received(sent));
  if (!first || !second) throw new Error('two jobs were to be sent');
  return { id, first, second };
}

function received(fields: { id: string; type: string; body: string; attributes?: Record<string, string> }) {
  const { attributes = {} } = fields;
  const message = { ...fields, attributes, queue: 'jobs', attempt: 1, sentAt: new Date(0) };
  return { ...message, signal: new AbortController().signal } satisfies ReceivedMessage;
}

const ticketFor = (group: string, position = 0) => ({ 'postern.job': JSON.stringify({ group, position }) });
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { reason?: string }) => error.reason,
  );

describe('who can send to the queue of jobs but has no key', () => {
  it('cannot have a batch fail by a message that claims to be of it', async () => {
    const { id, first } = await batchOfTwo();
    const forged = received({ id: newId(), type: Count.type, body: 'no envelope', attributes: ticketFor(id) });
    expect(await reasonOf(handle(forged))).toBe('not-json');
    expect(await reasonOf(handle({ ...first, body: first.body.replace('"n":1', '"n":7') }))).toBe('wrong-mac');
    await runner.givenUp({ ...forged, attempt: 999 }, new Error('attempts used up'));
    expect(await runner.progress(id)).toMatchObject({ state: 'running', done: 0, failed: 0 });
  });

  it('cannot have a job count as done by the id of one that is', async () => {
    const { id, first, second } = await batchOfTwo();
    await handle(first);
    const forged = received({ id: first.id, type: Count.type, body: '{}', attributes: second.attributes });
    expect(await reasonOf(handle(forged))).toBe('not-an-envelope');
    expect(await runner.progress(id)).toMatchObject({ state: 'running', done: 1 });
  });
});

describe('who can repeat a genuine job', () => {
  it('cannot have it run twice under another id', async () => {
    const { first } = await batchOfTwo();
    expect(await handle(first)).toBe('ran');
    expect(await handle({ ...first, id: newId() })).toBe('repeat');
    expect(ran).toEqual([1]);
  });

  it('cannot have another job count as done by sending it under the id of that', async () => {
    const { first, second } = await batchOfTwo();
    await handle({ ...first, id: second.id });
    expect(await handle(second)).toBe('ran');
    expect(ran).toEqual([1, 2]);
  });

  it('cannot have it belong to something else', async () => {
    const { id, first } = await batchOfTwo();
    await handle({ ...first, attributes: ticketFor(id, 1) });
    await handle(first);
    expect(await runner.progress(id)).toMatchObject({ state: 'running', done: 1 });
    const alone = await jobs.dispatch(Count, { n: 3 });
    await sender.waitFor(3);
    const lone = received(sender.to('jobs').find((sent) => sent.id === alone.id) as never);
    expect(await reasonOf(handle({ ...lone, attributes: ticketFor(id, 1) }))).toBe('unsigned-ticket');
    expect(await handle(lone)).toBe('ran');
    expect(await runner.progress(id)).toMatchObject({ state: 'running', done: 1 });
  });

  it('cannot have it run from another queue', async () => {
    const { first } = await batchOfTwo();
    expect(await reasonOf(handle({ ...first, queue: 'mail' }))).toBe('wrong-queue');
    expect(ran).toEqual([]);
  });
});

it('a chain whose jobs take longer than a message is valid goes on: the next is signed when its turn comes', async () => {
  const day = 86_400_000;
  const now = new FakeClock(new Date());
  const writer = new EnvelopeWriter(WORKER, keys);
  const renew = (body: string) => writer.renew(body, now.now());
  const metrics = new Metrics({ defaults: false });
  outbox = new Outbox(parts.database, sender, { logger, metrics, clock: now, renew });
  const dispatcher = new JobDispatcher(parts.database, outbox, { encode: jobEncoder(writer), clock: now });
  const reader = new EnvelopeReader([Count], { [WORKER]: keys }, { maxAgeMs: 28 * day, now: () => now.now() });
  const router = new JobRouter([handleJob(Count, async ({ n }) => void ran.push(n))], reader, () => ({}) as JobContext);
  const options = { logger, clock: now, attempts: 3, read: jobReader(reader) };
  const chain = new JobRunner(parts.database, new Inbox(parts.database), outbox, options);
  const id = await dispatcher.chain('slow', [call(Count, { n: 1 }), call(Count, { n: 2 })], {
    onDone: call(Count, { n: 3 }),
  });
  for (let turn = 0; turn < 3; turn++) {
    await expect.poll(() => outbox.sweep()).toBe(0);
    await expect.poll(() => outbox.pending()).toBe(0);
    now.set(20 * day);
    const message = received(sender.to('jobs').at(-1) as never);
    expect(await chain.run(message, () => router.handle(message))).toBe('ran');
  }
  expect(ran).toEqual([1, 2, 3]);
  expect(await chain.progress(id)).toMatchObject({ state: 'done', done: 2 });
});

it('jobs of an earlier release, without signature, are done with what they belong to while that is accepted', async () => {
  const until = new Date(Date.now() + 3_600_000);
  const { id, first, second } = await batchOfTwo();
  const before = [first, second].map((message) => {
    const { mac: _, ticket: __, ...rest } = JSON.parse(message.body) as Record<string, unknown>;
    return { ...message, body: JSON.stringify(rest) };
  }) as [ReceivedMessage, ReceivedMessage];
  expect(await reasonOf(handle(before[0]))).toBe('no-mac');
  const accepting = replica({ until, accepted: () => undefined });
  for (const message of before) expect(await accepting(message)).toBe('ran');
  expect(await runner.progress(id)).toMatchObject({ state: 'done', done: 2 });
});

import { defineJob, EnvelopeReader, EnvelopeWriter, signEnvelope, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import { FakeClock, MemoryLogger } from '@postern/runtime';
import { QueueConsumer, type ReceivedMessage, RetryLater, SqsSender } from '@postern/sqs';
import { MemorySqs } from '@postern/sqs/testing';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { handleJob, type JobContext } from '../jobs/handle-job.ts';
import { JobRouter } from '../jobs/job-router.ts';
import { PatientReader } from './patient-reader.ts';

const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const Crop = defineJob('image.crop', 1, z.object({ width: z.int() }));
const workerKeys = testKeys('w1');
const keys = { [WORKER]: workerKeys };
const writer = new EnvelopeWriter(WORKER, workerKeys);
const MINUTE = 60_000;

/** A replica of a release that has handlers for these jobs. */
function replica(limitMs: number, ...known: (typeof Resize | typeof Crop)[]) {
  const ran: string[] = [];
  const handlers = known.map((job) => handleJob(job, async () => void ran.push(job.type)));
  const router = new JobRouter(
    handlers,
    new PatientReader(new EnvelopeReader(known, keys), limitMs),
    () => ({}) as JobContext,
  );
  return { ran, handle: (message: ReceivedMessage) => router.handle(message) };
}

async function pass(clock: FakeClock, ms: number) {
  for (let left = ms; left > 0; left -= 1_000) {
    await clock.advance(1_000);
    for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A queue with one job on it that only the new release knows, and a consumer of the old one. */
async function rollingUpdate(limitMs = 60 * MINUTE) {
  const clock = new FakeClock();
  const sqs = new MemorySqs({ names: ['jobs'], clock });
  const before = replica(limitMs, Resize);
  const after = replica(limitMs, Resize, Crop);
  let current: { handle: (message: ReceivedMessage) => Promise<void> } = before;
  const consumer = new QueueConsumer(sqs, sqs.queues, {
    ...{ queue: 'jobs', clock, logger: new MemoryLogger(), random: () => 0.5 },
    handler: (message) => current.handle(message),
    retry: { attempts: 3, baseMs: 1_000, ceilingMs: 5 * MINUTE },
  });
  const { body } = writer.write(Crop, { width: 7 });
  void new SqsSender(sqs, sqs.queues, { clock }).send('jobs', { id: 'crop', type: Crop.type, body });
  consumer.start();
  const update = () => {
    current = after;
  };
  /** Has whatever comes wait without a limit, until the function it returns is called. */
  const holdAll = () => {
    current = {
      handle: async () => {
        throw new RetryLater('paused', { delayMs: MINUTE, atMostMs: Number.POSITIVE_INFINITY });
      },
    };
    return () => {
      current = before;
    };
  };
  return { clock, sqs, consumer, after, update, holdAll };
}

it('has a job of a new type wait for a replica that knows it, for longer than its attempts', async () => {
  const { clock, sqs, after, update } = await rollingUpdate();
  await pass(clock, 20 * MINUTE);
  expect(sqs.deadLetters('jobs').contents).toEqual([]);
  update();
  await pass(clock, 10 * MINUTE);
  expect(after.ran).toEqual(['image.crop']);
  expect(sqs.queue('jobs').contents).toEqual([]);
});

it('makes it a dead letter that reports it when no replica has known it for the time that is set', async () => {
  const { clock, sqs } = await rollingUpdate();
  await pass(clock, 70 * MINUTE);
  const [dead] = sqs.deadLetters('jobs').contents;
  expect(dead?.attributes['dead-reason']?.StringValue).toBe('unknown-type');
});

it('counts that time from the first look: a backlog or a pause before it does not count', async () => {
  const { clock, sqs, consumer, after, update } = await rollingUpdate(6 * MINUTE);
  consumer.pause();
  await pass(clock, 12 * MINUTE);
  consumer.resume();
  await pass(clock, 3 * MINUTE);
  expect(sqs.deadLetters('jobs').contents).toEqual([]);
  update();
  await pass(clock, 3 * MINUTE);
  expect(after.ran).toEqual(['image.crop']);
});

it('counts nothing of the time that its handler was paused', async () => {
  const { clock, sqs, after, update, holdAll } = await rollingUpdate(6 * MINUTE);
  const resume = holdAll();
  await pass(clock, 12 * MINUTE);
  resume();
  await pass(clock, 3 * MINUTE);
  expect(sqs.deadLetters('jobs').contents).toEqual([]);
  update();
  await pass(clock, 3 * MINUTE);
  expect(after.ran).toEqual(['image.crop']);
});

it('has nobody wait for what is not genuine, and has newer versions wait as new types do', () => {
  const reader = new PatientReader(new EnvelopeReader([Resize], keys), MINUTE);
  const { envelope } = writer.write(Resize, { width: 7 });
  const newer = { ...envelope, dataversion: 2 };
  expect(() => reader.read(signEnvelope(keys, JSON.stringify(newer)))).toThrow(RetryLater);
  expect(() => reader.read(JSON.stringify(newer))).toThrow(expect.objectContaining({ reason: 'no-mac' }));
});

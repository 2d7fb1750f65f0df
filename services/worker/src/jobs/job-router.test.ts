import { defineJob, EnvelopeReader, EnvelopeWriter, WORKER } from '@postern/events';
import { testKeys } from '@postern/events/testing';
import type { ReceivedMessage } from '@postern/sqs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handleJob, type JobContext } from './handle-job.ts';
import { JobRouter } from './job-router.ts';

const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const keys = testKeys('w1');
const reader = new EnvelopeReader([Resize], { [WORKER]: keys });
const Other = defineJob('image.rotate', 1, z.object({}));

function message(queue: string, body = new EnvelopeWriter(WORKER, keys).write(Resize, { width: 7 }).body) {
  return { queue, body, attempt: 1 } as ReceivedMessage;
}

describe('the job router', () => {
  it('hands a job to its handler', async () => {
    const widths: number[] = [];
    const router = new JobRouter(
      [handleJob(Resize, async ({ width }) => void widths.push(width))],
      reader,
      () => ({}) as JobContext,
    );
    await router.handle(message('jobs'));
    expect(widths).toEqual([7]);
  });

  it('gives up a job that came on another queue than its own', async () => {
    const router = new JobRouter([handleJob(Resize, async () => {})], reader, () => ({}) as JobContext);
    await expect(router.handle(message('mail'))).rejects.toMatchObject({ reason: 'wrong-queue' });
  });

  it('is not made while a job has no handler', () => {
    expect(() => new JobRouter([], reader, () => ({}) as JobContext)).toThrow(/no handler for image.resize/);
  });

  it('is not made while a job has two', () => {
    const handler = handleJob(Resize, async () => {});
    expect(() => new JobRouter([handler, handler], reader, () => ({}) as JobContext)).toThrow(
      /image.resize has two handlers/,
    );
  });

  it('is not made with a handler of a job that no catalog has', () => {
    expect(() => new JobRouter([handleJob(Other, async () => {})], reader, () => ({}) as JobContext)).toThrow(
      /not in the catalog/,
    );
  });
});

import { createEnvelope, defineJob, encodeEnvelope } from '@postern/events';
import type { ReceivedMessage } from '@postern/queue';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handleJob } from './handle-job.ts';
import { JobRunner } from './job-runner.ts';

const Resize = defineJob('image.resize', 1, z.object({ width: z.int() }));
const Other = defineJob('image.rotate', 1, z.object({}));

function message(queue: string, body = encodeEnvelope(createEnvelope(Resize, { width: 7 }, { source: 'test' }))) {
  return { queue, body, attempt: 1 } as ReceivedMessage;
}

describe('the job runner', () => {
  it('hands a job to its handler', async () => {
    const widths: number[] = [];
    const runner = new JobRunner([handleJob(Resize, 'jobs', async ({ width }) => void widths.push(width))], [Resize]);
    await runner.handle(message('jobs'));
    expect(widths).toEqual([7]);
  });

  it('gives up a job that came on another queue than its own', async () => {
    const runner = new JobRunner([handleJob(Resize, 'jobs', async () => {})], [Resize]);
    await expect(runner.handle(message('mail'))).rejects.toMatchObject({ reason: 'wrong-queue' });
  });

  it('is not made while a job has no handler', () => {
    expect(() => new JobRunner([], [Resize])).toThrow(/no handler for image.resize/);
  });

  it('is not made while a job has two', () => {
    const handler = handleJob(Resize, 'jobs', async () => {});
    expect(() => new JobRunner([handler, handler], [Resize])).toThrow(/image.resize has two handlers/);
  });

  it('is not made with a handler of a job that no catalog has', () => {
    expect(() => new JobRunner([handleJob(Other, 'jobs', async () => {})], [Resize])).toThrow(/not in the catalog/);
  });
});

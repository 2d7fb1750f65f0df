import { JobRequested, SendMail } from '@postern/events';
import { newId, traceIdOf } from '@postern/runtime';
import { type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { handleJob } from '../src/jobs/handle-job.ts';
import { pruneRows } from '../src/jobs/prune-rows.ts';
import { dispatchJob } from '../src/listeners/dispatch-job.ts';
import { type JobSide, jobSide } from './support/job-side.ts';

const HOUR = 3_600_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const letter = { key: 'a/b/c', mail: 'welcome', to: 'ann@example.com', locale: 'en', data: {} };

let parts: TestDatabase;
let side: JobSide;
beforeEach(async () => {
  parts = await testDatabase('requested');
  await parts.database.migrate(migrations);
  side = jobSide(parts.database, { handlers: [handleJob(SendMail, async () => {})], listeners: [dispatchJob] });
});
afterEach(() => parts.close());

/** As the gateway's publisher writes it. */
function request(more: object = {}, options: { subject?: string; traceparent?: string } = {}) {
  const data = { job_id: newId(), job: 'mail.send', job_version: 1, data: letter, ...more };
  return { id: data.job_id, event: side.event(JobRequested, data, options) };
}

describe('a job that the gateway has dispatched', () => {
  it('goes onto its queue once, however often its event comes, under its id, with its person and trace', async () => {
    const subject = newId();
    const { id, event } = request({}, { subject, traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    await side.hear(event);
    await side.hear(event);
    // What a process leaves that dies before the listener's end is recorded.
    await parts.database.sql('deliveries').delete();
    await side.hear({ ...event, attempt: 2 });
    const sent = await side.takeSent();
    expect(sent).toMatchObject([{ queue: 'mail', message: { id, type: 'mail.send' } }]);
    expect(traceIdOf(sent[0]?.message.traceparent)).toBe(TRACE);
    expect(JSON.parse(sent[0]?.message.body ?? '')).toMatchObject({ source: 'postern/worker', subject, data: letter });
  });

  it('waits until it is due', async () => {
    const { event } = request({ due_at: new Date(side.clock.now().getTime() + 5 * HOUR).toISOString() });
    await side.hear(event);
    await side.clock.advance(4 * HOUR);
    expect(await side.takeSent()).toEqual([]);
    await side.clock.advance(HOUR);
    expect(await side.takeSent()).toHaveLength(1);
  });

  it('goes to the queue that was named', async () => {
    await side.hear(request({ queue: 'jobs' }).event);
    expect(await side.takeSent()).toMatchObject([{ queue: 'jobs' }]);
  });

  it('of a key is left out while another one of it is not done', async () => {
    const unique = { key: 'letter of ann' };
    for (let n = 0; n < 2; n++) await side.hear(request({ unique }).event);
    const [first, ...rest] = await side.takeSent();
    expect(rest).toEqual([]);
    expect(side.logger.lines.map(({ message }) => message)).toContain('a unique job was there already');
    if (first) await side.run(first);
    await side.hear(request({ unique }).event);
    expect(await side.takeSent()).toHaveLength(1);
  });

  it.each([
    ['type', { job: 'image.resize' }],
    ['version', { job_version: 7 }],
  ])('of a %s that this release does not know waits for a replica that does', async (_what, more) => {
    const waits = { name: 'RetryLater', reason: 'unknown-type', atMostMs: expect.any(Number) };
    await expect(side.hear(request(more).event)).rejects.toMatchObject(waits);
  });

  it.each([
    ['whose data is none of it', { data: { to: 7 } }, 'invalid-data'],
    [
      'whose key is taken until after the end of time',
      { unique: { key: 'k', window_ms: Number.MAX_SAFE_INTEGER } },
      'invalid-data',
    ],
    ['that is the worker’s own', { job: pruneRows.type, job_version: 2, data: { what: 'jobs' } }, 'not-its-writer'],
  ])('%s is given up', async (_what, more, reason) => {
    await expect(side.hear(request(more).event)).rejects.toMatchObject({ name: 'PermanentError', reason });
    expect(await side.takeSent()).toEqual([]);
  });
});

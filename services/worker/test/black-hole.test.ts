import { FaultyProxy } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, WorkerProcess } from './support/worker-process.ts';

const WAIT = { timeout: 120_000 };

const MAILS = 40;

/** A worker whose way to the database can go silent without a word. */
async function started() {
  const parts = await openWorkerParts();
  const proxy = await FaultyProxy.before(parts.test.url);
  const smtp = await ScriptedSmtp.start();
  const worker = new WorkerProcess({ ...parts.env, DATABASE_URL: proxy.url, SMTP_URL: smtp.url() });
  const { ops } = await worker.ready;
  const order = (count: number) => Promise.all(Array.from({ length: count }, () => parts.order()));
  const close = async () => {
    await worker.kill();
    await smtp.close();
    await proxy[Symbol.asyncDispose]();
    await parts.close();
  };
  return { proxy, smtp, worker, ops, order, [Symbol.asyncDispose]: close };
}

describe.runIf(process.env.TEST_DATABASE_URL)('a worker whose database connections go silent', () => {
  it('goes on mailing when some of them hang, each mail once', async () => {
    await using side = await started();
    const { proxy, smtp, order } = side;
    await order(MAILS);
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(MAILS);
    expect(proxy.open).toBeGreaterThan(3);
    proxy.silenceOpen(3);
    await order(MAILS);
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(2 * MAILS);
    expect(smtp.read).toHaveLength(2 * MAILS);
  });

  // A machine that stands still for longer than a stop may take spoils a try.
  it('is live, not ready, and ends in time when all of them hang', { retry: 2 }, async () => {
    await using side = await started();
    const { proxy, smtp, worker, ops, order } = side;
    await order(MAILS);
    await expect.poll(() => smtp.accepted.length, WAIT).toBe(MAILS);
    proxy.silence();
    await order(MAILS);
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${ops}/health/${path}`)).status;
    await expect.poll(() => status('ready'), WAIT).toBe(503);
    expect(await status('live')).toBe(200);
    expect(await worker.stop()).toBe(0);
  });
});

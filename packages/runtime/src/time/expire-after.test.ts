import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { expireAfter } from './expire-after.ts';

/** Nothing runs in this thread for so long, as on a machine that is paused; only others go on. */
const standStill = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** What came first of a wait and the answer that it was for, which comes while the process stands still. */
async function firstOf(limitMs: number): Promise<string> {
  const answer =
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage('answer'))";
  const answering = new Worker(answer, { eval: true });
  await new Promise((resolve) => answering.once('online', resolve));
  const { promise, resolve } = Promise.withResolvers<string>();
  const end = expireAfter(limitMs, () => resolve('expired'));
  answering.once('message', resolve);
  answering.postMessage('question');
  // From here Node.js looks at its timers next, and at what came after them.
  await new Promise((resume) => setImmediate(resume));
  standStill(limitMs + 500);
  const first = await promise;
  end();
  await answering.terminate();
  return first;
}

it.each([50, 1_000, 1_500])('an answer that came while the process stood still came within %i ms', async (limitMs) => {
  expect(await firstOf(limitMs)).toBe('answer');
});

it('a wait that nobody ends is over, also one that was held up', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  expireAfter(50, resolve);
  standStill(500);
  await promise;
});

it('a wait that was ended does not expire', async () => {
  const expired: string[] = [];
  const end = expireAfter(1, () => expired.push('ended'));
  end();
  await new Promise<void>((resolve) => void expireAfter(20, resolve));
  expect(expired).toEqual([]);
});

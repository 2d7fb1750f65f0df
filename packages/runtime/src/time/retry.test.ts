import { describe, expect, it } from 'vitest';
import { FakeClock } from './clock.ts';
import { retry } from './retry.ts';

const backoff = { baseMs: 10, ceilingMs: 100, random: () => 0.5 };

function failing(times: number) {
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries <= times) throw new Error(`failure ${tries}`);
    return tries;
  };
  return { work, tries: () => tries };
}

/** Moves the clock on until the promise has settled. */
async function settle<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  while (!settled) await clock.advance(1_000);
  return promise;
}

describe('retry', () => {
  it('runs again until the work succeeds', async () => {
    const clock = new FakeClock();
    expect(await settle(clock, retry(failing(3).work, { ...backoff, clock }))).toBe(4);
  });

  it('gives up after its attempts with the last error', async () => {
    const clock = new FakeClock();
    await expect(settle(clock, retry(failing(9).work, { ...backoff, clock, attempts: 3 }))).rejects.toThrow(
      'failure 3',
    );
  });

  it('does not repeat what cannot get better', async () => {
    const flaky = failing(9);
    await expect(retry(flaky.work, { ...backoff, shouldRetry: () => false })).rejects.toThrow('failure 1');
    expect(flaky.tries()).toBe(1);
  });

  it('ends at once when its signal is aborted while it waits', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const promise = retry(failing(9).work, {
      ...backoff,
      clock,
      signal: controller.signal,
      onRetry: () => controller.abort(new Error('stop')),
    });
    await expect(promise).rejects.toThrow('stop');
  });
});

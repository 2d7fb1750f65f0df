import { FakeClock } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { inSteps } from './answer-steps.ts';

/** When an answer leaves whose work takes so many milliseconds: milliseconds since its beginning. */
async function leavesAfter(workMs: number, fail = false): Promise<number> {
  const clock = new FakeClock(new Date(0));
  let left: number | undefined;
  const work = async () => {
    await clock.sleep(workMs);
    if (fail) throw new Error('refused');
  };
  const done = () => {
    left = clock.monotonic();
  };
  void inSteps(10, work, clock).then(done, done);
  for (let tenths = 0; left === undefined && tenths < 1_000; tenths++) {
    await clock.advance(0.1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return Math.round(left ?? Number.NaN);
}

describe('an answer in steps of 10 ms', () => {
  it.each([0, 0.3, 1, 1.6, 7.4, 8.5, 9.7])('leaves after 10 when its work takes %d', async (workMs) => {
    expect(await leavesAfter(workMs)).toBe(10);
  });

  it('leaves at the end of a later step when its work takes longer', async () => {
    expect([await leavesAfter(10.3), await leavesAfter(28)]).toEqual([20, 30]);
  });

  it('leaves then when it is a refusal, too', async () => {
    expect(await leavesAfter(3.7, true)).toBe(10);
  });
});

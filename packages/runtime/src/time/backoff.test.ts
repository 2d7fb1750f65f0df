import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from './backoff.ts';

describe('backoffDelay', () => {
  it('doubles its bound with each attempt until the ceiling', () => {
    const bounds = [1, 2, 3, 4, 5].map((attempt) =>
      backoffDelay(attempt, { baseMs: 100, ceilingMs: 1000, random: () => 0.999999 }),
    );
    expect(bounds).toEqual([100, 200, 400, 800, 1000]);
  });

  it('stays within zero and the ceiling for any attempt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (attempt, random) => {
        const delay = backoffDelay(attempt, { baseMs: 50, ceilingMs: 60_000, random: () => random });
        return delay >= 0 && delay <= 60_000;
      }),
    );
  });
});

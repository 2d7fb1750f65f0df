import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTime } from './in-time.ts';

test('a property whose time is up passes over the runs that are left, and none is under way any more when it ends', async () => {
  let [begun, ended] = [0, 0];
  const slow = fc.asyncProperty(fc.nat(), async () => {
    begun++;
    await pause(20);
    ended++;
  });
  await fc.assert(inTime(slow, 50), { numRuns: 10_000 });
  expect(begun).toBeGreaterThan(0);
  expect(begun).toBeLessThan(10_000);
  expect(ended).toBe(begun);
});

test('a property that is wrong fails', async () => {
  const wrong = fc.asyncProperty(fc.nat(), async (n) => expect(n).toBe(-1));
  await expect(fc.assert(inTime(wrong))).rejects.toThrow('Property failed after 1 tests');
});

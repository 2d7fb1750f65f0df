import { expect, it } from 'vitest';
import { measured } from './measured.ts';

it('does each once, and so many at a time', async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  const { perSecond } = await measured(5, 2, async (n) => {
    begun.push(n);
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
  });
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  expect(perSecond).toBeGreaterThan(0);
});

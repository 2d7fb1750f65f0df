import { expect, it } from 'vitest';
import { slopeOf } from './heap-watch.ts';

const MB = 2 ** 20;
const HOUR = 3_600_000;
/** An hour of samples, every ten seconds, of a heap that a collection empties every minute. */
const samples = (keptAt: (share: number) => number) =>
  Array.from({ length: 360 }, (_, n) => ({ at: n * 10_000, bytes: keptAt(n / 360) + (n % 6) * 20 * MB }));

it('a heap that is collected and keeps nothing has no slope, however high it goes in between', () => {
  expect(slopeOf(samples(() => 60 * MB))).toBe(0);
});

it('what a process keeps of each hour is its slope', () => {
  expect(slopeOf(samples((share) => (60 + 30 * share) * MB)) / MB).toBeCloseTo(30, 0);
});

it('what it loads in the beginning is none', () => {
  expect(Math.abs(slopeOf(samples((share) => (share < 0.2 ? 60 : 90) * MB)))).toBeLessThan(MB);
});

it('of a few samples nothing is said', () => {
  expect(
    slopeOf([
      { at: 0, bytes: MB },
      { at: HOUR, bytes: 99 * MB },
    ]),
  ).toBe(0);
});

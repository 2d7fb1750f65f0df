import { expect, it } from 'vitest';
import type { Moment } from './moment.ts';
import { sinceBefore } from './since-before.ts';

const at = (ms: number, waits = false): Moment => ({
  ...{ at: new Date(Date.UTC(2026, 0, 1) + ms), part: 'mail', what: 'x', ids: {} },
  ...(waits && { waits }),
});

it.each([
  [0, '+0 ms'],
  [999, '+999 ms'],
  [3_449, '+3.4 s'],
  [150_000, '+2 min'],
  [5 * 3_600_000, '+5 h'],
  [80 * 3_600_000, '+3 d'],
])('what happened %i ms after the one before has %s', (ms, words) => {
  expect(sinceBefore([at(0), at(ms)], 1)).toBe(words);
});

it('the first has none, nor what has not happened yet', () => {
  const moments = [at(0), at(5, true)];
  expect([0, 1].map((index) => sinceBefore(moments, index))).toEqual(['', '']);
});

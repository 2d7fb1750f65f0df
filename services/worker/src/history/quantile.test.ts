import { expect, it } from 'vitest';
import { quantile } from './quantile.ts';

const bounds = [1, 2, 10];

it.each([
  ['the middle of one bound', 0.5, [0, 10, 0, 0], 1.5],
  ['all below the first bound', 0.99, [100, 0, 0, 0], 0.99],
  ['the tail', 0.99, [98, 0, 2, 0], 6],
  ['what is above the last bound', 0.99, [1, 0, 0, 9], 10],
] as const)('finds %s', (_what, share, counts, expected) => {
  expect(quantile(share, bounds, counts)).toBeCloseTo(expected);
});

it('has no value where nothing was counted', () => {
  expect(quantile(0.5, bounds, [0, 0, 0, 0])).toBeUndefined();
});

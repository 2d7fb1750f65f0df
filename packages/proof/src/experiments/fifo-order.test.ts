import { expect, it } from 'vitest';
import { countInversions } from './fifo-order.ts';

it('groups may overtake each other, and messages may be done again', () => {
  expect(countInversions(['a-0', 'b-0', 'b-1', 'a-0', 'a-1', 'b-0'])).toBe(0);
});

it('a message that is done before the one in front of it is an inversion', () => {
  expect(countInversions(['a-0', 'a-2', 'a-1', 'a-3'])).toBe(1);
});

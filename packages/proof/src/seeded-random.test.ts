import { expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const drawn = (seed: number) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: 1_000 }, () => random.between(1, 6));
};

it('draws the same for the same seed, and another for another', () => {
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)).not.toEqual(drawn(8));
});

it('draws each of the numbers between its bounds, and no other', () => {
  expect([...new Set(drawn(1))].sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

it('answers yes once in each row of so many questions, not always at the same place', () => {
  const chosen = new SeededRandom(3).onceIn(20);
  const rows = Array.from({ length: 50 }, () => Array.from({ length: 20 }, chosen));
  expect(rows.map((row) => row.filter(Boolean).length)).toEqual(rows.map(() => 1));
  expect(new Set(rows.map((row) => row.indexOf(true))).size).toBeGreaterThan(5);
});

it('refuses to choose from nothing', () => {
  expect(() => new SeededRandom(1).oneOf([])).toThrow('there is nothing to choose from');
});

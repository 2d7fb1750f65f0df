import { describe, expect, it } from 'vitest';
import { againWhereLost } from './lost-statement.ts';

/** A statement that fails as often as is said, and how often it was run. */
function failing(times: number, errno: number) {
  const state = { runs: 0 };
  const run = async () => {
    state.runs++;
    if (state.runs <= times) throw Object.assign(new Error('failed'), { errno });
    return 'done';
  };
  return { state, run };
}

describe('a statement by itself', () => {
  it.each([
    ['a deadlock', 1213],
    ['the snapshot check of MariaDB', 1020],
    ['the certification of a cluster', 3101],
  ])('is run again when %s has ended it', async (_what, errno) => {
    const { state, run } = failing(4, errno);
    expect(await againWhereLost(run)).toBe('done');
    expect(state.runs).toBe(5);
  });

  it('is reported when it has lost five times', async () => {
    const { state, run } = failing(9, 1213);
    await expect(againWhereLost(run)).rejects.toMatchObject({ errno: 1213 });
    expect(state.runs).toBe(5);
  });

  it.each([
    ['it has waited for a lock in vain, and would wait as long once more', 1205],
    ['it breaks a rule', 1062],
  ])('is run once when %s', async (_why, errno) => {
    const { state, run } = failing(1, errno);
    await expect(againWhereLost(run)).rejects.toMatchObject({ errno });
    expect(state.runs).toBe(1);
  });
});

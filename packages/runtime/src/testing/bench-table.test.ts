import { expect, it } from 'vitest';
import { benchTable } from './bench-table.ts';

async function measuredBy(warmUp?: boolean) {
  let times = 0;
  const contenders = { one: async () => ({ times: ++times }), other: async () => ({ times: 10 }) };
  const plan = { title: 'A table', rounds: 3, reference: 'other', compared: 'times' as const, contenders };
  return benchTable({ ...plan, ...(warmUp !== undefined && { warmUp }) });
}

it('shows the median of the rounds after the one that warms up, and their ratio to the reference', async () => {
  const { rows } = await measuredBy();
  expect(rows[0]).toEqual({ who: 'one', columns: { times: { median: 3, lowest: 2, highest: 4 } }, ratio: 0.3 });
});

it('counts the first round where the plan does without one that warms up', async () => {
  const { rows } = await measuredBy(false);
  expect(rows[0]?.columns.times).toEqual({ median: 2, lowest: 1, highest: 3 });
});

import { expect, it } from 'vitest';
import { type LineChart, lineChart, niceTime, niceTop } from './line-chart.ts';

const chart = (values: (number | undefined)[], more: Partial<LineChart> = {}) =>
  String(
    lineChart({
      ...{ id: 'c', title: 'Messages <b>', format: String, series: [{ name: 'handled', look: 'main', values }] },
      ...{ times: values.map((_, slot) => `10:0${slot}`), paused: values.map(() => false), ...more },
    }),
  );

it('breaks its line where nothing is known, and shows a single value as a dot', () => {
  const [, line] = /<path class="main" d="([^"]*)"/.exec(chart([4, 2, undefined, 0, undefined])) ?? [];
  expect(line).toBe('M100 0h0L300 100M700 200h0');
});

it('shows for each slot what is known, and what is not', () => {
  const text = chart([4, undefined], { paused: [true, false] });
  expect(text).toContain('<title>10:00: handled 4, paused</title>');
  expect(text).toContain('<title>10:01: nothing is known</title>');
  expect(text).toContain('At 10:00: handled 4.');
  expect(text).toContain('Messages &lt;b&gt;');
});

it.each([
  [0, 1],
  [0.3, 0.4],
  [1, 1],
  [17, 20],
  [53, 60],
  [999, 1_000],
])('has %d below a top that people count by', (largest, top) => {
  expect(niceTop(largest)).toBeCloseTo(top);
});

it.each([
  [17, 20],
  [59, 60],
  [61, 120],
  [1_100, 1_200],
  [1_201, 1_800],
  [7_201, 14_400],
  [90_000, 172_800],
])('has a time of %d seconds below one that people count by', (longest, top) => {
  expect(niceTime(longest)).toBeCloseTo(top);
});

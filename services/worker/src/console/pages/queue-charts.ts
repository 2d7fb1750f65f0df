import type { QueueHistory } from '../../history/queue-history.ts';
import { firstSlot, RANGES, type RangeName, slotsOf } from '../../history/queue-slots.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { type LineChart, lineChart, niceTime } from '../views/line-chart.ts';
import { count, numbers, table } from '../views/parts.ts';
import { oneIn } from './query-fields.ts';

const NAMES = Object.keys(RANGES) as RangeName[];

/** The range that a page was asked for. @throws ConsoleFault for anything else */
export function rangeIn(query: URLSearchParams): RangeName {
  return oneIn(query, 'range', NAMES) ?? '1h';
}

/** What a queue did in a time: charts, and the same figures as a table. */
export async function queueCharts(history: QueueHistory, queue: string, range: RangeName, now: Date): Promise<Charts> {
  const seconds = now.getTime() / 1_000;
  const from = firstSlot(range, seconds);
  const slots = slotsOf(await history.read(RANGES[range].span, from, queue), range, seconds);
  const times = slots.map((_, index) => clockTime(from + index * RANGES[range].slotSeconds, range));
  const perMinute = Math.max(0, ...slots.map((slot) => slot?.handled ?? 0)) < 1;
  const ofRate = (value: number | undefined) => (value === undefined ? undefined : perMinute ? value * 60 : value);
  const shared = { times, paused: slots.map((slot) => slot?.paused === true) };
  const charts: LineChart[] = [
    {
      ...{ ...shared, id: 'throughput', title: `Messages per ${perMinute ? 'minute' : 'second'}`, format: figure },
      series: [
        { name: 'handled', look: 'main', values: slots.map((slot) => ofRate(slot?.handled)) },
        { name: 'failed', look: 'bad', values: slots.map((slot) => ofRate(slot?.failed)) },
      ],
    },
    {
      ...{ ...shared, id: 'waiting', title: 'Messages waiting', format: figure },
      series: [{ name: 'waiting', look: 'main', values: slots.map((slot) => slot?.waiting) }],
    },
    {
      ...{ ...shared, id: 'handling', title: 'Time of a handler', format: shortTime, top: niceTime },
      series: [
        { name: 'half within (p50)', look: 'main', values: slots.map((slot) => slot?.timeP50) },
        { name: '99 % within (p99)', look: 'dashed', values: slots.map((slot) => slot?.timeP99) },
      ],
    },
    {
      ...{ ...shared, id: 'waits', title: 'Wait for a handler', format: shortTime, top: niceTime },
      series: [
        { name: 'half within (p50)', look: 'main', values: slots.map((slot) => slot?.waitP50) },
        { name: '99 % within (p99)', look: 'dashed', values: slots.map((slot) => slot?.waitP99) },
      ],
    },
  ];
  return {
    charts: slots.some((slot) => slot !== undefined)
      ? html`<div class="charts">${charts.map(lineChart)}</div>`
      : html`<div class="empty"><p>Nothing was recorded in this time: no replica consumed the queue. Each writes once a minute.</p></div>`,
    figures: figuresTable(
      charts,
      times,
      slots.map((slot) => slot !== undefined),
    ),
  };
}

interface Charts {
  charts: Html;
  /** Those of the charts, for whoever cannot see them. */
  figures: Html;
}

/** The way to the other ranges. */
export function rangeNav(queue: string, chosen: RangeName): Html {
  return html`<nav class="ranges" aria-label="Time shown">${NAMES.map((name) =>
    name === chosen
      ? html`<a href="${path`/queues/${queue}?range=${name}`}" aria-current="true">${RANGES[name].label}</a>`
      : html`<a href="${path`/queues/${queue}?range=${name}`}">${RANGES[name].label}</a>`,
  )}</nav>`;
}

function figuresTable(charts: readonly LineChart[], times: readonly string[], known: readonly boolean[]): Html {
  const columns = charts.flatMap(({ title, series, format }) =>
    series.map(({ name, values }) => ({ label: `${title}: ${name}`, values, format })),
  );
  const rows = times.flatMap((time, slot) =>
    known[slot] === true
      ? [[time, ...columns.map(({ values, format }) => (values[slot] === undefined ? '–' : format(values[slot])))]]
      : [],
  );
  const body = table({
    caption: 'Figures of the charts, the latest first; times are UTC',
    captionHidden: true,
    columns: ['From', ...columns.map(({ label }) => numbers(label))],
    rows: rows.reverse(),
    empty: html`<p>Nothing was recorded in this time.</p>`,
  });
  return html`<details class="figures"><summary>The figures as a table</summary><div class="scrolls" tabindex="0" role="region" aria-label="Figures of the charts">${body}</div></details>`;
}

/** `14:05`, and for more than a day `27 Nov 14:00`: in UTC, as all times here. */
function clockTime(seconds: number, range: RangeName): string {
  const at = new Date(seconds * 1_000);
  const clock = at.toISOString().slice(11, 16);
  if (range !== '7d') return clock;
  return `${at.getUTCDate()} ${at.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })} ${clock}`;
}

/** `1,200`, `4.5`, `0.25`: as many digits as say something. */
function figure(value: number): string {
  return value >= 100 || Number.isInteger(value) ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** `12 ms`, `1.2 s`, `5 min`, `3 h`. */
function shortTime(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 1) return `${Number((seconds * 1_000).toPrecision(2))} ms`;
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

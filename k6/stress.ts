import type { Options, Threshold } from 'k6/options';
import { arrivals, type Kind } from './lib/mix.ts';
import { type Member, members } from './lib/newcomer.ts';
import { type Step, type Summary, stepOf, stepTable } from './lib/step-table.ts';

const RATES: Record<Kind, string> = {
  read: '50,100,200,400,800,1200,1600',
  login: '2,5,10,20,30,40',
  register: '2,5,10,15,20,30',
};
const kind = (__ENV.KIND || 'read') as Kind;
if (!(kind in RATES)) throw new Error(`KIND: expected one of ${Object.keys(RATES).join(', ')}, got "${kind}"`);
const rates = (__ENV.RATES || RATES[kind]).split(',').map(Number);
const seconds = Number(__ENV.STEP_SECONDS || 10);
const P99_MS = Number(__ENV.P99_MS || (kind === 'read' ? 250 : 1_000));
const FAILED = 0.001;
const DROPPED = 0.01;
/** Between two steps, for what the one before has left. */
const REST_SECONDS = 3;

const scenarioOf = (rate: number) => `at_${rate}`;
/** No limits: k6 keeps the figures of a scenario apart only where a threshold is set on them. */
const KEPT: Record<string, string> = {
  ...{
    http_reqs: 'count>=0',
    http_req_duration: 'p(99)>=0',
    http_req_failed: 'rate>=0',
    dropped_iterations: 'count>=0',
  },
};

/** Steps of ever more arrivals, to find the knee: the highest rate at which times and errors hold. */
export const options: Options = {
  scenarios: Object.fromEntries(
    rates.map((rate, step) => [
      scenarioOf(rate),
      { ...arrivals(kind, { rate, seconds, at: step * (seconds + REST_SECONDS) }), gracefulStop: `${REST_SECONDS}s` },
    ]),
  ),
  summaryTrendStats: ['med', 'p(95)', 'p(99)', 'max'],
  thresholds: {
    unexpected_answers: ['count==0'],
    ...Object.fromEntries(
      rates.flatMap((rate) =>
        Object.entries(KEPT).map(([metric, always]): [string, Threshold[]] => [
          `${metric}{scenario:${scenarioOf(rate)}}`,
          [always],
        ]),
      ),
    ),
  },
};

export function setup(): Member[] {
  return kind === 'register' ? [] : members(10);
}

export { login, read, register } from './lib/mix.ts';

const holds = ({ p99, failed, dropped }: Step) => p99 <= P99_MS && failed <= FAILED && dropped <= DROPPED;

export function handleSummary(summary: Summary): Record<string, string> {
  const steps = rates.map((rate) => stepOf(summary, scenarioOf(rate), rate, seconds));
  const broken = steps.findIndex((step) => !holds(step));
  const held = broken === -1 ? steps : steps.slice(0, broken);
  const limits = `p99 within ${P99_MS} ms, at most ${FAILED * 100} % failed and ${DROPPED * 100} % dropped`;
  const knee = held.at(-1)?.rate;
  const unexpected = summary.metrics.unexpected_answers?.values.count ?? 0;
  const verdict =
    knee === undefined
      ? `Not even ${rates[0]} ${kind}s a second hold (${limits}).`
      : `The knee: ${knee} ${kind}s a second hold (${limits})${broken === -1 ? '; no step was too high' : ''}.`;
  const note = unexpected === 0 ? '' : `${unexpected} answers were unexpected.\n`;
  return { stdout: `${stepTable(steps, holds)}\n\n${verdict}\n${note}` };
}

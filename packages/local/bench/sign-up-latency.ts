import { setTimeout as sleep } from 'node:timers/promises';
import { benchTable, printTable, until } from '@postern/runtime/testing';

export interface LatencyPlan {
  gatewayOps: string;
  /** Signs somebody up, and returns their address. */
  signUp(): Promise<string>;
  /** When the mail to each address was accepted, by the clock of `now`; filled meanwhile. */
  accepted: ReadonlyMap<string, number>;
  /** What a hash takes by itself, in milliseconds of CPU. */
  hashMs: number;
  perSecond: number;
  count: number;
  json: boolean;
}

const LIMIT_MS = 60_000;

/** Milliseconds since the epoch, by a clock that processes of a machine share. */
export const now = () => performance.timeOrigin + performance.now();

/**
 * How long a sign-up and its mail take when they come at their own rate, whether or not the ones before are done, and how long the gateway's event
 * loop is held up meanwhile.
 *
 * @throws when a mail is not accepted within a minute
 */
export async function printLatency(plan: LatencyPlan): Promise<void> {
  const { gatewayOps, accepted, hashMs, perSecond, count } = plan;
  // Reading the loop's delay begins a new measurement of it.
  await loopDelays(gatewayOps);
  const started = now();
  const times = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const due = started + (n * 1_000) / perSecond;
      await sleep(Math.max(0, due - now()));
      const email = await plan.signUp();
      return { due, email, answered: now() - due };
    }),
  );
  const loop = await loopDelays(gatewayOps);
  await until(() => times.every(({ email }) => accepted.has(email)), LIMIT_MS, 'the mails');
  const whole = times.map(({ email, due }) => (accepted.get(email) as number) - due);
  const rows: Record<string, { 'p50 ms': number; 'p99 ms': number }> = {
    'sign-up answered': percentiles(times.map(({ answered }) => answered)),
    'its mail accepted': percentiles(whole),
    'the same, above its hash': percentiles(whole.map((ms) => ms - hashMs)),
    "gateway's event loop, delay": loop,
  };
  const contenders = Object.fromEntries(Object.entries(rows).map(([who, row]) => [who, async () => row]));
  const title = `From a request to its mail, ${perSecond} sign-ups a second`;
  const table = await benchTable({ title, rounds: 1, contenders, reference: 'sign-up answered', compared: 'p50 ms' });
  printTable(table, plan.json);
}

function percentiles(values: readonly number[]): { 'p50 ms': number; 'p99 ms': number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { 'p50 ms': at(0.5), 'p99 ms': at(0.99) };
}

async function loopDelays(ops: string): Promise<{ 'p50 ms': number; 'p99 ms': number }> {
  const metrics = await (await fetch(`${ops}/metrics`)).text();
  const read = (name: string) =>
    1_000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(metrics)?.[1]);
  return { 'p50 ms': read('p50'), 'p99 ms': read('p99') };
}

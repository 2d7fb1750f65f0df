import { setTimeout as pause } from 'node:timers/promises';
import type { FaultyProxy } from '@postern/runtime/testing';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const OUTAGE_MS = { short: 3_000, long: 60_000 };
/** Sign-ups that are acknowledged in each outage, or it lasts longer; and then the experiment breaks off. */
const MEANWHILE = 20;
const DRAINED_MS = 30_000;
const MEMORY_BYTES = 50 * 2 ** 20;

const OUTAGES: Record<string, (way: FaultyProxy) => void | Promise<void>> = {
  refused: (way) => way.refuse(),
  'black hole': (way) => way.silence(),
  'half-open': (way) => way.silenceOpen(),
  slow: (way) => way.delay(2_000),
};

interface Readiness {
  checks: { name: string; ok: boolean }[];
}

/** Whether a gateway is not ready for another reason than its database, which no queue has a part in and a busy machine may be slow with. */
async function isOutByOther(opsUrl: string): Promise<boolean> {
  const { checks } = (await (await fetch(`${opsUrl}/health/ready`)).json()) as Readiness;
  return checks.some(({ name, ok }) => !ok && !['database', 'http'].includes(name));
}

export const sqsOutages: Experiment = {
  name: 'sqs-outages',
  what: 'SQS refuses, goes silent, is half-open, answers after 2 s; a minute each (3 s in the short form), under sign-ups',
  passesWhen:
    'sign-ups go on in each outage, readiness stays, the outbox is out 30 s after, memory grows by 50 MB at most',
  runs: { short: 1, long: 3 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(200);
    const memory = () => Math.max(...system.gateways.map(({ memoryBytes }) => memoryBytes));
    const before = memory();
    const drained: number[] = [];
    let most = before;
    let unready = 0;
    for (let run = 1; run <= runs; run++) {
      for (const [name, begin] of Object.entries(OUTAGES)) {
        await begin(system.ways.sqs);
        const end = performance.now() + (runs > 1 ? OUTAGE_MS.long : OUTAGE_MS.short);
        while (performance.now() < end) {
          await pause(500);
          most = Math.max(most, memory());
          for (const { opsUrl } of system.gateways) if (await isOutByOther(opsUrl)) unready += 1;
        }
        await system.acknowledged(MEANWHILE);
        await system.ways.sqs.heal();
        const healed = performance.now();
        const waiting = await system.databases.outbox();
        // New sign-ups are in the outbox for a moment each: out means that it is back to what they leave.
        await until(async () => (await system.databases.outbox()) <= CLIENTS * 2, 300_000, 'the outbox to drain');
        drained.push(performance.now() - healed);
        report(`${name}: ${waiting} waited, drained in ${Math.round(drained.at(-1) ?? 0)} ms`);
      }
    }
    const slowest = Math.round(Math.max(...drained));
    const grown = most - before;
    const audit = await system.rest();
    return conclude(audit, registrar, {
      figures: { outages: drained.length, drained_max_ms: slowest, memory_grown_mb: Math.round(grown / 2 ** 20) },
      promises: { 'readiness stays': unready === 0 },
      targets: {
        [`drained in ${DRAINED_MS} ms`]: slowest <= DRAINED_MS,
        'memory grows by 50 MB at most': grown <= MEMORY_BYTES,
      },
      repeatsAllowed: 0,
    });
  },
};

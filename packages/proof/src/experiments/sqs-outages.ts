import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type OwnSqs, startOwnSqs } from '@postern/local/testing';
import type { FaultyProxy } from '@postern/runtime/testing';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = 40;
const OUTAGE_MS = { short: 3_000, long: 60_000 };
/** Sign-ups that are acknowledged in each outage, or it lasts longer; and then the experiment breaks off. */
const MEANWHILE = 20;
const DRAINED_MS = 30_000;
const MEMORY_BYTES = 50 * 2 ** 20;

/** How each begins, and what ends it beside the way's healing. */
const OUTAGES: Record<string, (way: FaultyProxy, sqs: OwnSqs) => Promise<(() => Promise<void>) | undefined>> = {
  refused: async (way) => void (await way.refuse()),
  'black hole': async (way) => void way.silence(),
  'half-open': async (way) => void way.silenceOpen(),
  slow: async (way) => void way.delay(2_000),
  killed: async (_, sqs) => {
    await sqs.kill();
    return () => sqs.restart();
  },
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
  what: 'SQS (one that keeps its messages) refuses, goes silent, is half-open, answers after 2 s, is killed; a minute each (3 s in the short form), under sign-ups',
  passesWhen:
    'no sign-up fails, they go on in each outage, readiness stays, the outbox is out 30 s after, memory grows by 50 MB at most',
  runs: { short: 1, long: 1 },
  minutes: 8,
  async run({ runs, isShort, random, plant, report }) {
    let sqs: OwnSqs | undefined;
    await using system = await System.open({
      ...{ gateways: 2, workers: 1, random, plant },
      openSqs: async (folder) => {
        sqs = await startOwnSqs(join(folder, 'sqs'));
        return sqs;
      },
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    // What a process loads and compiles at first is not growth: it has been at work for as long as an outage lasts.
    await system.acknowledged(isShort ? 200 : (PER_SECOND * OUTAGE_MS.long) / 1_000);
    const memory = () => Math.max(...system.gateways.map(({ memoryBytes }) => memoryBytes));
    const before = memory();
    const drained: number[] = [];
    let most = before;
    let unready = 0;
    for (let run = 1; run <= runs; run++) {
      for (const [name, begin] of Object.entries(OUTAGES)) {
        const end = await begin(system.ways.sqs, sqs as OwnSqs);
        const over = performance.now() + OUTAGE_MS[isShort ? 'short' : 'long'];
        while (performance.now() < over) {
          await pause(500);
          most = Math.max(most, memory());
          for (const { opsUrl } of system.gateways) if (await isOutByOther(opsUrl)) unready += 1;
        }
        await system.acknowledged(MEANWHILE);
        await end?.();
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
    await registrar.stop();
    // A gateway that waits for a machine that stands still may turn somebody away.
    const stoodStill = system.standstill.wasLong;
    const audit = await system.rest();
    const failed = audit.refused + audit.unknown + registrar.turnedAway;
    return conclude(audit, registrar, {
      figures: {
        ...{ outages: drained.length, turned_away: registrar.turnedAway, drained_max_ms: slowest },
        memory_grown_mb: Math.round(grown / 2 ** 20),
      },
      promises: { 'readiness stays': unready === 0, [`no request fails, not ${failed}`]: stoodStill || failed === 0 },
      targets: {
        [`drained in ${DRAINED_MS} ms`]: slowest <= DRAINED_MS,
        'memory grows by 50 MB at most': grown <= MEMORY_BYTES,
      },
      repeatsAllowed: 0,
    });
  },
};

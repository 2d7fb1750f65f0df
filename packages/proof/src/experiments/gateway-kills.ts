import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { percentile } from '../percentile.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 12;
const READY_MS = 3_000;
/** An orphan's lease and the sweep that takes it up. */
const ORPHANS_OUT_MS = 12_000;

export const gatewayKills: Experiment = {
  name: 'gateway-kills',
  what: 'kill -9 of one of two gateways again and again, under sign-ups; half of the clients have an Idempotency-Key',
  passesWhen: `a killed one is ready again in ${READY_MS / 1_000} s; what it left in the outbox is out in ${ORPHANS_OUT_MS / 1_000} s`,
  runs: { short: 4, long: 200 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS });
    const readyAfter: number[] = [];
    for (let kill = 1; kill <= runs; kill++) {
      await system.acknowledged(random.between(1, 60));
      await pause(random.between(0, 50));
      const victim = random.oneOf(system.gateways);
      await victim.kill();
      const began = performance.now();
      await victim.start();
      readyAfter.push(performance.now() - began);
      report(`kill ${kill} of ${runs}: ${system.promises.count('acknowledged')} acknowledged`);
    }
    await registrar.stop();
    const stopped = performance.now();
    await until(async () => (await system.databases.outbox()) === 0, 300_000, 'the outbox to be empty');
    const orphansOutMs = performance.now() - stopped;
    const audit = await system.rest();
    return conclude(audit, registrar, {
      figures: { kills: runs, ready_p95_ms: percentile(readyAfter, 0.95), orphans_out_ms: Math.round(orphansOutMs) },
      targets: {
        [`ready again in ${READY_MS} ms (95 %)`]: percentile(readyAfter, 0.95) <= READY_MS,
        [`outbox empty in ${ORPHANS_OUT_MS} ms`]: orphansOutMs <= ORPHANS_OUT_MS,
      },
      // A gateway's death repeats what it published and could not take note of: each by the same id, and no mail of it.
      repeatsAllowed: 0,
    });
  },
};

import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const GRACE_MS = 30_000;
/** As long as load balancers take to look away after SIGTERM. A machine that stood still for longer may have sent a request too late. */
const DRAIN_DELAY_MS = 3_000;

export const rollingRestarts: Experiment = {
  name: 'rolling-restarts',
  what: 'SIGTERM and start of each gateway and worker in turn, under sign-ups, with the defaults',
  passesWhen: 'no request fails, no mail comes twice, each ends with 0 inside the grace of 30 s',
  runs: { short: 1, long: 10 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant },
      env: { gateway: { DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) } },
    });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    const took: number[] = [];
    const codes: (number | null)[] = [];
    for (let run = 1; run <= runs; run++) {
      for (const replica of [...system.gateways, ...system.workers]) {
        const began = performance.now();
        codes.push(await replica.stop());
        took.push(performance.now() - began);
        await replica.start();
        await system.acknowledged(20);
        report(`${replica.name} ended with ${codes.at(-1)} after ${Math.round(took.at(-1) ?? 0)} ms`);
      }
    }
    await registrar.stop();
    const stoodStillMs = Math.round(system.standstill.longestMs);
    const stoodStill = stoodStillMs > DRAIN_DELAY_MS;
    const audit = await system.rest();
    return conclude(audit, registrar, {
      figures: {
        ...{ restarts: took.length, stop_max_ms: Math.round(Math.max(...took)) },
        stood_still_ms: stoodStillMs,
      },
      promises: {
        'no request fails': stoodStill || (audit.refused === 0 && audit.unknown === 0),
        'each ends with 0': stoodStill || codes.every((code) => code === 0),
      },
      targets: { 'each ends inside the grace': Math.max(...took) <= GRACE_MS },
      repeatsAllowed: 0,
    });
  },
};

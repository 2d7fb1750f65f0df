import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Context, Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = { fast: 40, slow: 1 };
const GRACE_MS = 30_000;
/** As long as load balancers take to look away after SIGTERM. A machine that stood still for longer may have sent a request too late. */
const DRAIN_DELAY_MS = 3_000;
/** A mail server that takes so long keeps a handler for just less than the 20 s that it may take. */
const SLOW_REPLY_MS = 18_000;
/** Mails of all workers by which each has some; how long after that one of them is told to stop. */
const UNDER_WAY = 6;
const LATEST_MS = 5_000;

export const rollingRestarts: Experiment = {
  name: 'rolling-restarts',
  what: 'SIGTERM and start of each gateway and worker in turn, under sign-ups, with the defaults; in the long form then of each worker while its handlers take 18 s of the 20 s that they may',
  passesWhen:
    'no request fails, no handler is cut off (no mail comes twice), each ends with 0 inside the grace of 30 s',
  runs: { short: 1, long: 5 },
  minutes: 8,
  async run(context) {
    const { runs, isShort, random, plant, report } = context;
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant },
      env: { gateway: { DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) } },
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND.fast });
    await system.acknowledged(50);
    const stops: Stop[] = [];
    for (let run = 1; run <= runs; run++) {
      for (const replica of [...system.gateways, ...system.workers]) {
        stops.push(await stop(replica, report));
        await replica.start();
        await system.acknowledged(20);
      }
    }
    await registrar.stop();
    const turnedAway = registrar.turnedAway;
    const slow = isShort ? [] : await stopSlowWorkers(system, context);
    const stoodStillMs = Math.round(system.standstill.longestMs);
    const stoodStill = stoodStillMs > DRAIN_DELAY_MS;
    const audit = await system.rest();
    const all = [...stops, ...slow];
    const longestMs = Math.round(Math.max(...all.map(({ tookMs }) => tookMs)));
    return conclude(audit, registrar, {
      figures: {
        ...{ restarts: stops.length, stop_max_ms: longestMs, stood_still_ms: stoodStillMs },
        ...(isShort
          ? {}
          : { slow_stops: slow.length, mails_under_way: slow.reduce((sum, each) => sum + each.underWay, 0) }),
      },
      promises: {
        'no request fails': stoodStill || audit.refused + audit.unknown + turnedAway === 0,
        'each ends with 0': stoodStill || all.every(({ code }) => code === 0),
        'workers were stopped in the middle of mails': isShort || slow.every(({ underWay }) => underWay > 0),
      },
      targets: { 'each ends inside the grace': longestMs <= GRACE_MS },
      repeatsAllowed: 0,
    });
  },
};

interface Stop {
  code: number | null;
  tookMs: number;
  /** Mails of all workers that a mail server had whole and had not answered. */
  underWay: number;
}

async function stop(replica: System['workers'][number], report: Context['report'], underWay = 0): Promise<Stop> {
  const began = performance.now();
  const code = await replica.stop();
  const tookMs = performance.now() - began;
  report(`${replica.name} ended with ${code} after ${Math.round(tookMs)} ms, ${underWay} mails under way`);
  return { code, tookMs, underWay };
}

/** Each worker in turn, so that what it had is finished by itself. */
async function stopSlowWorkers(system: System, { random, report }: Context): Promise<Stop[]> {
  await system.rest();
  system.smtp.replyMs = SLOW_REPLY_MS;
  const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND.slow });
  const stops: Stop[] = [];
  for (const victim of [...system.workers, ...system.workers]) {
    await until(() => system.smtp.underWay >= UNDER_WAY, 120_000, 'mails to be under way');
    await pause(random.between(0, LATEST_MS));
    stops.push(await stop(victim, report, system.smtp.underWay));
    await victim.start();
  }
  await registrar.stop();
  system.smtp.replyMs = 0;
  return stops;
}

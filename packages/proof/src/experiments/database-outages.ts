import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const OUTAGES_MS = { short: [2_000], long: [5_000, 17_000, 60_000] };
const WRITES_AGAIN_MS = 5_000;

/** What happens to the database for a while, and how it ends. */
const OUTAGES: Record<string, (system: System, ms: number) => Promise<void>> = {
  killed: async ({ mariadb }, ms) => {
    await mariadb.kill();
    await pause(ms);
    await mariadb.restart();
  },
  'read-only': async (system, ms) => {
    await system.databases.administer('SET GLOBAL read_only = 1');
    await pause(ms);
    await system.databases.administer('SET GLOBAL read_only = 0');
  },
  silent: (system, ms) => broken(system, ms, 'silence'),
  'half-open': (system, ms) => broken(system, ms, 'silenceOpen'),
  'one connection silent': (system, ms) => broken(system, ms, 'silenceOne'),
};

async function broken({ ways }: System, ms: number, how: 'silence' | 'silenceOpen' | 'silenceOne'): Promise<void> {
  const both = [ways.database, ways.workerDatabase];
  for (const way of both) {
    if (how === 'silence') way.silence();
    else way.silenceOpen(how === 'silenceOne' ? 1 : undefined);
  }
  await pause(ms);
  for (const way of both) await way.heal();
}

export const databaseOutages: Experiment = {
  name: 'database-outages',
  what: 'the database is killed, read-only, silent, half-open, or one of its connections hangs; 5, 17 and 60 s each (2 s in the short form)',
  passesWhen: 'answers are 503 with Retry-After and never 500; sign-ups are acknowledged again 5 s after',
  runs: { short: 1, long: 3 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    const again: number[] = [];
    for (let run = 1; run <= runs; run++) {
      for (const ms of runs > 1 ? OUTAGES_MS.long : OUTAGES_MS.short) {
        for (const [name, happens] of Object.entries(OUTAGES)) {
          await happens(system, ms);
          const before = system.promises.count('acknowledged');
          const over = performance.now();
          await until(() => system.promises.count('acknowledged') > before, 300_000, `a sign-up after "${name}"`);
          again.push(performance.now() - over);
          report(`${name} for ${ms / 1_000} s: sign-ups again after ${Math.round(again.at(-1) ?? 0)} ms`);
          await system.acknowledged(20);
        }
      }
    }
    const slowest = Math.round(Math.max(...again));
    return conclude(await system.rest(), registrar, {
      figures: { outages: again.length, again_max_ms: slowest },
      targets: { [`sign-ups again in ${WRITES_AGAIN_MS} ms`]: slowest <= WRITES_AGAIN_MS },
      repeatsAllowed: 0,
    });
  },
};

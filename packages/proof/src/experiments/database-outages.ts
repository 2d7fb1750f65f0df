import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { Sessions } from '../parts/sessions.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const PER_SECOND = 40;
const SIGNED_IN = 5;
const OUTAGES_MS = { short: [2_000], long: [5_000, 17_000, 60_000] };
const WRITES_AGAIN_MS = 5_000;
const LOOK_EVERY_MS = 500;

interface Outage {
  happens: (system: System, ms: number) => Promise<void>;
  /** Whether no request can be answered while it lasts: readiness has to say so by its end. */
  isOfAll: boolean;
}

type Silence = (way: System['ways']['database']) => void;

const broken = (silence: Silence, isOfAll = false): Outage => ({
  isOfAll,
  happens: async ({ ways }, ms) => {
    const both = [ways.database, ways.workerDatabase];
    for (const way of both) silence(way);
    await pause(ms);
    for (const way of both) await way.heal();
  },
});

/** What happens to the database for a while, and how it ends. */
const OUTAGES: Record<string, Outage> = {
  restarted: {
    isOfAll: true,
    happens: async ({ mariadb }, ms) => {
      await mariadb.shutDown();
      await pause(ms);
      await mariadb.restart();
    },
  },
  killed: {
    isOfAll: true,
    happens: async ({ mariadb }, ms) => {
      await mariadb.kill();
      await pause(ms);
      await mariadb.restart();
    },
  },
  'read-only': {
    isOfAll: true,
    happens: async ({ databases }, ms) => {
      await databases.administer('SET GLOBAL read_only = 1');
      await pause(ms);
      await databases.administer('SET GLOBAL read_only = 0');
    },
  },
  silent: broken((way) => way.silence(), true),
  'half-open': broken((way) => way.silenceOpen()),
  'half of the connections silent': broken((way) => way.silenceOpen(Math.ceil(way.open / 2))),
  'one connection silent': broken((way) => way.silenceOpen(1)),
};

export const databaseOutages: Experiment = {
  name: 'database-outages',
  what: 'the database is restarted, killed, read-only, silent, half-open, or half or one of its connections hang; 5, 17 and 60 s each (2 s in the short form)',
  passesWhen:
    'answers are 503 with Retry-After and never 500; sign-ups are acknowledged again 5 s after; nobody who has signed in is signed out; the gateways are live all the while, not ready by the end of an outage of all connections, and ready again after it',
  runs: { short: 1, long: 1 },
  minutes: 13,
  async run({ runs, isShort, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 1, random, plant });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(50);
    const sessions = await Sessions.open(system, SIGNED_IN);
    const again: number[] = [];
    const promises: Record<string, boolean> = {};
    for (let run = 1; run <= runs; run++) {
      for (const ms of OUTAGES_MS[isShort ? 'short' : 'long']) {
        for (const [name, { happens, isOfAll }] of Object.entries(OUTAGES)) {
          const probes = new Probes(system);
          await happens(system, ms);
          const before = system.promises.count('acknowledged');
          const over = performance.now();
          const { dead, unready } = await probes.stop();
          const during = `while the database is ${name} for ${ms / 1_000} s`;
          // A process on a machine that stands still looks as one whose event loop does.
          promises[`gateways are live ${during}`] = dead === 0 || system.standstill.wasLong;
          // A look takes two seconds at most: a shorter outage may be over before it has ended.
          if (isOfAll && !isShort) promises[`gateways are not ready ${during}`] = unready > 0;
          await until(() => system.promises.count('acknowledged') > before, 300_000, `a sign-up after "${name}"`);
          again.push(performance.now() - over);
          report(`${name} for ${ms / 1_000} s: sign-ups again after ${Math.round(again.at(-1) ?? 0)} ms`);
          const ready = async () => (await answers(system, '/health/ready')).every((status) => status === 200);
          await until(ready, 120_000, `gateways to be ready after "${name}"`);
          await system.acknowledged(20);
        }
      }
    }
    await sessions.stop();
    const slowest = Math.round(Math.max(...again));
    return conclude(await system.rest(), registrar, {
      figures: { outages: again.length, again_max_ms: slowest, refreshed: sessions.refreshed },
      promises: {
        ...promises,
        [`nobody is signed out, as by ${sessions.refusals[0]}`]: sessions.refusals.length === 0,
        'sessions were refreshed': sessions.refreshed > 0,
      },
      targets: { [`sign-ups again in ${WRITES_AGAIN_MS} ms`]: slowest <= WRITES_AGAIN_MS },
      repeatsAllowed: 0,
    });
  },
};

/** The statuses of every gateway's ops port; 0 where there is no answer. */
function answers({ gateways }: System, path: string): Promise<number[]> {
  const ask = (url: string) =>
    fetch(url + path).then(
      ({ status }) => status,
      () => 0,
    );
  return Promise.all(gateways.map(({ opsUrl }) => ask(opsUrl)));
}

/** What the gateways say of themselves, again and again, until it is stopped. */
class Probes {
  readonly #line: Promise<void>;
  #ended = false;
  /** Answers that a gateway is not alive, and that it is not ready. */
  #dead = 0;
  #unready = 0;

  constructor(system: System) {
    this.#line = this.#look(system);
    // Told by `stop`.
    this.#line.catch(() => undefined);
  }

  async stop(): Promise<{ dead: number; unready: number }> {
    this.#ended = true;
    await this.#line;
    return { dead: this.#dead, unready: this.#unready };
  }

  async #look(system: System): Promise<void> {
    while (!this.#ended) {
      await pause(LOOK_EVERY_MS);
      const live = await answers(system, '/health/live');
      const ready = await answers(system, '/health/ready');
      this.#dead += live.filter((status) => status !== 200).length;
      this.#unready += ready.filter((status) => status !== 200).length;
    }
  }
}

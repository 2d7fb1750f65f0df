import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment } from '../experiment.ts';
import { HeapWatch } from '../parts/heap-watch.ts';
import type { Replica } from '../parts/replica.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';
import { BODIES_AT_MOST, settledByPolicy } from './given-up.ts';

const CLIENTS = 8;
const PER_SECOND = 15;
const LONGEST_MS = 3_000;
const DURATION_MS = { short: 0, long: 3_600_000 };
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
const WORKERS = 2;
/** What a heap may grow by in an hour, in bytes: a message that each sign-up leaves behind would be ten times as much. */
const SLOPE_BYTES = 10 * 2 ** 20;

/** One fault, for so long. */
type Fault = (system: System, ms: number, victim: { gateway: Replica; worker: Replica }) => Promise<void>;

type Way = System['ways'][keyof System['ways']];

/** What is begun at ways, and healed after it. */
const at =
  (ways: (system: System) => Way[], begin: (way: Way) => void | Promise<void>): Fault =>
  async (system, ms) => {
    for (const way of ways(system)) await begin(way);
    await pause(ms);
    for (const way of ways(system)) await way.heal();
  };
const sqs = (begin: (way: Way) => void | Promise<void>) => at(({ ways }) => [ways.sqs], begin);
const smtp = (begin: (way: Way) => void | Promise<void>) => at(({ ways }) => [ways.smtp], begin);
const database = (begin: (way: Way) => void | Promise<void>) =>
  at(({ ways }) => [ways.database, ways.workerDatabase], begin);
const COMMIT = /\bcommit;?$/i;
const isSettling = (request: Buffer) => /AmazonSQS\.(Send|Delete|Change)/.test(request.toString('latin1'));
const isCommit = (request: Buffer) => COMMIT.test(request.toString('latin1'));

/** By the part that they are of: two of the same part at the same time would heal each other. */
const FAULTS: Record<string, Record<string, Fault>> = {
  gateways: {
    'gateway killed': async (_, ms, { gateway }) => {
      await gateway.kill();
      await pause(ms);
      await gateway.start();
    },
    'gateway restarted': async (_, ms, { gateway }) => {
      await gateway.stop();
      await pause(ms);
      await gateway.start();
    },
  },
  workers: {
    'worker killed': async (_, ms, { worker }) => {
      await worker.kill();
      await pause(ms);
      await worker.start();
    },
    'worker frozen': async (_, ms, { worker }) => {
      worker.signal('SIGSTOP');
      await pause(ms);
      worker.signal('SIGCONT');
    },
  },
  SQS: {
    'SQS refuses': sqs((way) => way.refuse()),
    'SQS is silent': sqs((way) => way.silence()),
    'connections to SQS are half-open': sqs((way) => way.silenceOpen()),
    'replies of SQS are lost': sqs((way) => way.swallow(isSettling)),
  },
  database: {
    'connections to the database are reset': database((way) => way.cut()),
    'the database is silent': database((way) => way.silence()),
    'one connection to the database is silent': database((way) => way.silenceOpen(1)),
    'replies to COMMIT are lost': database((way) => way.swallow(isCommit)),
    'the database is killed': async ({ mariadb }, ms) => {
      await mariadb.kill();
      await pause(ms);
      await mariadb.restart();
    },
    'the database is read-only': async ({ databases }, ms) => {
      await databases.administer('SET GLOBAL read_only = 1');
      await pause(ms);
      await databases.administer('SET GLOBAL read_only = 0');
    },
  },
  'the mail server': {
    'connections to the mail server are reset': smtp((way) => way.cut()),
    'the mail server is away': smtp((way) => way.refuse()),
    'the mail server is silent': smtp((way) => way.silence()),
  },
};
const NAMES = Object.values(FAULTS).flatMap((of) => Object.keys(of));

export const randomFaults: Experiment = {
  name: 'random-faults',
  what: `${NAMES.join('; ')}: one or two of them at once, drawn at random, up to 3 s each, under sign-ups, for an hour (a few in the short form)`,
  passesWhen: `a mail comes twice only where its conversation was broken in the middle, under the same Message-ID, and is given up only after ${BODIES_AT_MOST} bodies; the heaps of a gateway and a worker that live all the while grow by ${SLOPE_BYTES / 2 ** 20} MB an hour at most`,
  runs: { short: 8, long: 400 },
  minutes: 65,
  async run({ runs, isShort, random, plant, report }) {
    await using system = await System.open({
      ...{ gateways: 2, workers: WORKERS, random, plant },
      mailLeaseMs: DEATHS_LEASE_MS,
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(20);
    // Those that are never killed: what they keep adds up.
    const [gateway, worker] = [system.gateways[0] as Replica, system.workers[0] as Replica];
    const heaps = new HeapWatch([gateway, worker]);
    system.onEnd(() => heaps.stop());
    const end = performance.now() + DURATION_MS[isShort ? 'short' : 'long'];
    let faults = 0;
    for (let run = 1; run <= runs || performance.now() < end; run++) {
      const victim = { gateway: system.gateways[1] as Replica, worker: system.workers[1] as Replica };
      const parts = random.shuffled(Object.keys(FAULTS)).slice(0, random.between(1, 2));
      const drawn = parts.map((part) => random.oneOf(Object.entries(FAULTS[part] as Record<string, Fault>)));
      const ms = random.between(100, LONGEST_MS);
      await Promise.all(drawn.map(([, happens]) => happens(system, ms, victim)));
      faults += drawn.length;
      await system.acknowledged(random.between(1, 20));
      const names = drawn.map(([name]) => name).join(' and ');
      report(`${run}: ${names} for ${ms} ms; ${system.promises.count('acknowledged')} acknowledged`);
    }
    await registrar.stop();
    await heaps.stop();
    const slopes = heaps.slopes();
    const { audit, figures, promises } = await settledByPolicy(system, await system.rest());
    const megabytes = slopes.map((slope) => Math.round(slope / 2 ** 20)).join(', ');
    return conclude(audit, registrar, {
      figures: { faults, ...figures, heap_mb_an_hour: isShort ? 'too short' : megabytes },
      promises: {
        ...promises,
        [`heaps grow by ${megabytes} MB an hour`]: isShort || slopes.every((slope) => slope <= SLOPE_BYTES),
      },
      repeatsAllowed: faults * MAILS_AT_ONCE * WORKERS,
    });
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment } from '../experiment.ts';
import type { Replica } from '../parts/replica.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const LONGEST_MS = 3_000;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;

/** One fault, for so long. */
type Fault = (system: System, ms: number, victim: { gateway: Replica; worker: Replica }) => Promise<void>;

const FAULTS: Record<string, Fault> = {
  'gateway killed': async (_, ms, { gateway }) => {
    await gateway.kill();
    await pause(ms);
    await gateway.start();
  },
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
  'SQS refuses': async ({ ways }, ms) => {
    await ways.sqs.refuse();
    await pause(ms);
    await ways.sqs.heal();
  },
  'SQS is silent': async ({ ways }, ms) => {
    ways.sqs.silence();
    await pause(ms);
    await ways.sqs.heal();
  },
  'connections to the database are reset': async ({ ways }) => {
    ways.database.cut();
    ways.workerDatabase.cut();
  },
  'the database is silent': async ({ ways }, ms) => {
    ways.database.silence();
    ways.workerDatabase.silence();
    await pause(ms);
    await ways.database.heal();
    await ways.workerDatabase.heal();
  },
  'the database is killed': async ({ mariadb }, ms) => {
    await mariadb.kill();
    await pause(ms);
    await mariadb.restart();
  },
  'connections to the mail server are reset': async ({ ways }) => ways.smtp.cut(),
  'the mail server is away': async ({ ways }, ms) => {
    await ways.smtp.refuse();
    await pause(ms);
    await ways.smtp.heal();
  },
};

export const randomFaults: Experiment = {
  name: 'random-faults',
  what: `${Object.keys(FAULTS).join('; ')}: one after the other, drawn at random, up to 3 s each, under sign-ups`,
  passesWhen: 'a mail comes twice only where its conversation was broken in the middle, under the same Message-ID',
  runs: { short: 8, long: 400 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 2, random, plant, mailLeaseMs: DEATHS_LEASE_MS });
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(20);
    const before = system.gateways.map(({ memoryBytes }) => memoryBytes);
    for (let run = 1; run <= runs; run++) {
      const [name, happens] = random.oneOf(Object.entries(FAULTS));
      const ms = random.between(100, LONGEST_MS);
      const victim = { gateway: random.oneOf(system.gateways), worker: random.oneOf(system.workers) };
      await happens(system, ms, victim);
      await system.acknowledged(random.between(1, 20));
      report(`${run} of ${runs}: ${name} for ${ms} ms; ${system.promises.count('acknowledged')} acknowledged`);
    }
    const grown = Math.max(...system.gateways.map(({ memoryBytes }, n) => memoryBytes - (before[n] ?? 0)));
    return conclude(await system.rest(), registrar, {
      figures: { faults: runs, gateway_grown_mb: Math.round(grown / 2 ** 20) },
      repeatsAllowed: runs * MAILS_AT_ONCE,
    });
  },
};

import { TimedOut, until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { PoisonSource } from '../parts/poison.ts';
import { percentile } from '../percentile.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
/** Sign-ups to one poison: 1 %, and more where it has to be short. */
const BETWEEN = { short: 3, long: 100 };
/** What a system that is not busy has time for: a backlog would be taken for the poison's doing. */
const PER_SECOND = { short: 1_000, long: 40 };
/** Tries that cost waiting are for what may pass; poison is known at once. */
const DEAD_MS = 180_000;
const SLOWER = 1.1;
const QUEUES = ['events', 'mail', 'jobs'];
/** A command that goes on for longer does not end. */
const REDRIVE_MS = 60_000;

interface Letter {
  type: string;
  reason: string;
}

export const poison: Experiment = {
  name: 'poison',
  what: 'messages of every kind that no worker can handle, 1 % of all (a quarter in the short form); then all are redriven, and fail again',
  passesWhen:
    "each is a dead letter with its reason, a redrive ends, and others' mails take 10 % longer at most (99th percentile)",
  runs: { short: 1, long: 2 },
  minutes: 6,
  async run({ runs, isShort, random, plant, report }) {
    const form = isShort ? 'short' : 'long';
    await using system = await System.open({
      ...{ gateways: 2, workers: 2, random, plant },
      // What is of a release to come waits for it an hour otherwise.
      env: { worker: { WORKER_UNKNOWN_MS: '2000' } },
    });
    const source = new PoisonSource(system.sqsUrl, system.settings);
    system.onEnd(async () => source.close());
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND[form] });
    const between = BETWEEN[form];
    await system.acknowledged(50);
    const quietFrom = performance.now();
    await system.acknowledged(between * source.names.length);
    const poisonFrom = performance.now();
    let expected = 0;
    for (let run = 1; run <= runs; run++) {
      for (const name of random.shuffled(source.names)) {
        expected += await source.send(name);
        await system.acknowledged(between);
      }
      report(`${expected} dead letters are to come, ${system.promises.count('acknowledged')} sign-ups`);
    }
    const end = performance.now();
    await registrar.stop();
    const allDead = async () => (await system.deadLetters()) >= expected;
    await until(allDead, DEAD_MS).catch((error: unknown) => {
      if (!(error instanceof TimedOut)) throw error;
    });
    const died = await system.deadLetters();
    if (died < expected) {
      // What is tried again and again comes to no rest: there is nothing further to look at.
      const violations = [`${died} of ${expected} are dead letters after ${DEAD_MS / 1_000} s`];
      return { figures: { poison: expected, dead_letters: died }, violations, missed: [] };
    }
    const [quiet, beside] = [
      percentile(system.mailDelays(quietFrom, poisonFrom), 0.99),
      percentile(system.mailDelays(poisonFrom, end), 0.99),
    ];
    const letters: Letter[] = [];
    let redrivenMs = 0;
    for (const queue of QUEUES) {
      const listed = await system.command('worker', ['dead-letters', 'list', queue, '--limit', '1000', '--json']);
      letters.push(...(JSON.parse(listed) as Letter[]));
      const began = performance.now();
      await system.tryCommand('worker', ['dead-letters', 'redrive', queue]);
      redrivenMs = Math.max(redrivenMs, performance.now() - began);
    }
    report(`reasons: ${[...new Set(letters.map(({ reason }) => reason))].sort().join(', ')}`);
    await system.rest();
    const again = await system.purgeDeadLetters();
    return conclude(await system.rest(), registrar, {
      figures: {
        poison: expected,
        reasons: new Set(letters.map(({ reason }) => reason)).size,
        quiet_p99_ms: quiet,
        beside_p99_ms: beside,
      },
      promises: {
        [`${expected} are dead letters, not ${died}`]: died === expected,
        'each has its reason': letters.every(({ reason }) => reason !== '' && reason !== 'unknown'),
        'a redrive ends': redrivenMs < REDRIVE_MS,
        [`after it there are ${expected}, not ${again}`]: again === expected,
      },
      targets: { [`mails take ${SLOWER} × as long at most`]: beside <= quiet * SLOWER },
      repeatsAllowed: 0,
    });
  },
};

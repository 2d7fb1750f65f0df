import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment } from '../experiment.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';
import { BODIES_AT_MOST, settledByPolicy } from './given-up.ts';

const CLIENTS = 12;
/** As many as the workers have time for between their deaths. */
const PER_SECOND = 40;
/** As a mail server far away: workers die in the middle of bodies. */
const REPLY_MS = 20;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;

export const workerKills: Experiment = {
  name: 'worker-kills',
  what: 'kill -9 of one of three workers again and again, close together, while they send the mail of sign-ups',
  passesWhen: `a mail comes twice only where a worker died in the middle of its body, under the same Message-ID; it has ${BODIES_AT_MOST} bodies at most, and is given up only after as many`,
  runs: { short: 6, long: 200 },
  minutes: 11,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 1, workers: 3, random, plant, mailLeaseMs: DEATHS_LEASE_MS });
    system.smtp.replyMs = REPLY_MS;
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    for (let kill = 1; kill <= runs; kill++) {
      await system.acknowledged(random.between(1, 40));
      await pause(random.between(0, 200));
      const victim = random.oneOf(system.workers);
      await victim.kill();
      await victim.start();
      report(`kill ${kill} of ${runs}: ${system.smtp.received.length} mails`);
    }
    const { audit, figures, promises } = await settledByPolicy(system, await system.rest());
    return conclude(audit, registrar, {
      figures: { kills: runs, repeated_per_kill: (audit.repeated.length / runs).toFixed(2), ...figures },
      promises,
      repeatsAllowed: runs * MAILS_AT_ONCE,
    });
  },
};

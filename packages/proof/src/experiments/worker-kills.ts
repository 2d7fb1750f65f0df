import { setTimeout as pause } from 'node:timers/promises';
import type { Experiment } from '../experiment.ts';
import { without } from '../ledger/audit.ts';
import { GIVEN_UP } from '../parts/service-databases.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 12;
/** As many as the workers have time for between their deaths. */
const PER_SECOND = 40;
/** As a mail server far away: workers die in the middle of bodies. */
const REPLY_MS = 20;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
/** Of a mail with a link; a body is lost with each sender that dies in the middle of it. */
const BODIES_AT_MOST = 3;

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
    const audit = await system.rest();
    const bodies = await system.databases.bodies();
    const most = Math.max(...bodies.keys());
    const { [GIVEN_UP]: givenUp = 0 } = await system.databases.mails();
    const diedThrice = bodies.get(BODIES_AT_MOST) ?? 0;
    return conclude(without(audit, GIVEN_UP, givenUp), registrar, {
      figures: {
        ...{ kills: runs, repeated_per_kill: (audit.repeated.length / runs).toFixed(2) },
        ...{ two_bodies: bodies.get(2) ?? 0, three_bodies: diedThrice, given_up: givenUp },
      },
      promises: {
        [`a mail has ${BODIES_AT_MOST} bodies at most, not ${most}`]: most <= BODIES_AT_MOST,
        [`${givenUp} mails were given up, ${diedThrice} had ${BODIES_AT_MOST} bodies`]: givenUp <= diedThrice,
      },
      repeatsAllowed: runs * MAILS_AT_ONCE,
    });
  },
};

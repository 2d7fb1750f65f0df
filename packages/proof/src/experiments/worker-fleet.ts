import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const WORKERS = 10;
const CLIENTS = 16;
const KILL_EVERY_MS = 5_000;
/** As a mail server far away: workers die in the middle of mails, however slow the machine is. */
const REPLY_MS = 1_000;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
/** Of the first drain, which tells how long the second backlog has to be. */
const FIRST_BACKLOG = 600;
/** The last mails of a backlog are those that a dead worker had, and come after their leases: of them no rate is made. */
const RATED_SHARE = 0.9;
const SHARE = 0.9;
const DRAIN_MS = 600_000;

export const workerFleet: Experiment = {
  name: 'worker-fleet',
  what: `${WORKERS} workers drain one queue, first undisturbed, then with kill -9 of one every ${KILL_EVERY_MS / 1_000} s`,
  passesWhen: `with the kills they drain at ${SHARE * 100} % at least of the rate without them; a mail comes twice only as with worker-kills`,
  runs: { short: 3, long: 12 },
  minutes: 4,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({
      gateways: 2,
      workers: WORKERS,
      random,
      plant,
      mailLeaseMs: DEATHS_LEASE_MS,
    });
    system.smtp.replyMs = REPLY_MS;
    /** Mails a second of a backlog of so many sign-ups. */
    const drain = async (backlog: number, meanwhile: (drained: Promise<unknown>) => Promise<void>) => {
      await Promise.all(system.workers.map((worker) => worker.stop()));
      const registrar = system.register({ clients: CLIENTS });
      await system.acknowledged(backlog, DRAIN_MS);
      await registrar.stop();
      await Promise.all(system.workers.map((worker) => worker.start()));
      const [before, began] = [system.smtp.received.length, performance.now()];
      const waiting = system.promises.count('acknowledged') - before;
      const most = before + waiting * RATED_SHARE;
      const drained = until(() => system.smtp.received.length >= most, DRAIN_MS, `${most} mails`);
      await Promise.all([drained.then(() => 0), meanwhile(drained)]);
      const perSecond = ((system.smtp.received.length - before) * 1_000) / (performance.now() - began);
      report(`${Math.round(perSecond)} mails a second of ${waiting} that waited when all were up`);
      return { registrar, perSecond };
    };
    const alone = await drain(FIRST_BACKLOG, async () => undefined);
    let kills = 0;
    const backlog = Math.ceil((alone.perSecond * (runs + 1) * KILL_EVERY_MS) / 1_000);
    const killed = await drain(backlog, async (drained) => {
      let done = false;
      void drained.finally(() => (done = true)).catch(() => undefined);
      while (kills < runs) {
        await Promise.race([drained, pause(KILL_EVERY_MS)]);
        if (done) break;
        const victim = random.oneOf(system.workers);
        await victim.kill();
        await victim.start();
        report(`kill ${++kills}: ${system.smtp.received.length} mails`);
      }
    });
    const audit = await system.rest();
    killed.registrar.unexpected.push(...alone.registrar.unexpected);
    const share = killed.perSecond / alone.perSecond;
    return conclude(audit, killed.registrar, {
      figures: {
        ...{ kills, mails_per_second: Math.round(alone.perSecond), with_kills: Math.round(killed.perSecond) },
        share: share.toFixed(2),
      },
      targets: { [`${SHARE * 100} % of the rate without kills`]: share >= SHARE },
      repeatsAllowed: kills * MAILS_AT_ONCE,
    });
  },
};

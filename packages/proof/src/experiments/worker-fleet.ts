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
/** What ten workers can send to so slow a mail server. */
const MAILS_A_SECOND = (WORKERS * MAILS_AT_ONCE * 1_000) / REPLY_MS;
/**
 * No rate is made of the first mails of a backlog, which come while workers still start, nor of the last: those that a dead worker had
 * come after their leases.
 */
const COUNTED = { from: 0.2, to: 0.9 };
const SHARE = 0.9;
const DRAIN_MS = 600_000;

export const workerFleet: Experiment = {
  name: 'worker-fleet',
  what: `${WORKERS} workers drain one queue, undisturbed, with kill -9 of one every ${KILL_EVERY_MS / 1_000} s, and undisturbed again`,
  minutes: 8,
  passesWhen: `with the kills they drain at ${SHARE * 100} % at least of the rate without them; a mail comes twice only as with worker-kills`,
  runs: { short: 3, long: 12 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({
      gateways: 2,
      workers: WORKERS,
      random,
      plant,
      mailLeaseMs: DEATHS_LEASE_MS,
    });
    system.smtp.replyMs = REPLY_MS;
    const backlog = (MAILS_A_SECOND * (runs + 1) * KILL_EVERY_MS) / 1_000;
    /** Mails a second of a backlog. */
    const drain = async (meanwhile: (drained: Promise<unknown>) => Promise<void>) => {
      await Promise.all(system.workers.map((worker) => worker.stop()));
      const registrar = system.register({ clients: CLIENTS });
      await system.acknowledged(backlog, DRAIN_MS);
      await registrar.stop();
      const already = system.smtp.received.length;
      await Promise.all(system.workers.map((worker) => worker.start()));
      const most = already + backlog * COUNTED.to;
      const drained = until(() => system.smtp.received.length >= most, DRAIN_MS, `${most} mails`);
      await Promise.all([drained, meanwhile(drained)]);
      const counted = system.smtp.received.slice(already + backlog * COUNTED.from, most);
      const perSecond = (counted.length * 1_000) / ((counted.at(-1)?.at ?? NaN) - (counted[0]?.at ?? NaN));
      report(`${Math.round(perSecond)} mails a second of ${backlog}`);
      return { registrar, perSecond };
    };
    let kills = 0;
    const before = await drain(async () => undefined);
    const killed = await drain(async (drained) => {
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
    const after = await drain(async () => undefined);
    const audit = await system.rest();
    killed.registrar.unexpected.push(...before.registrar.unexpected, ...after.registrar.unexpected);
    const undisturbed = (before.perSecond + after.perSecond) / 2;
    const share = killed.perSecond / undisturbed;
    return conclude(audit, killed.registrar, {
      figures: {
        kills,
        before: Math.round(before.perSecond),
        with_kills: Math.round(killed.perSecond),
        after: Math.round(after.perSecond),
        share: share.toFixed(2),
      },
      targets: { [`${SHARE * 100} % of the rate without kills`]: share >= SHARE },
      repeatsAllowed: kills * MAILS_AT_ONCE,
    });
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
/** Longer than what a frozen worker holds is hidden, and than a lease: others take it up, and it goes on with it when it wakes. */
const FROZEN_MS = 30_000;
/** As a mail server far away, so that mails are under way when their worker is frozen. */
const REPLY_MS = 1_000;
const UNDER_WAY = 3;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;

export const frozenReplicas: Experiment = {
  name: 'frozen-replicas',
  what: 'SIGSTOP of one of two gateways, then of one of two workers, for 30 s; then SIGCONT',
  passesWhen: 'the others go on; a mail comes twice only where the freeze outlasted the lease of what was being sent',
  runs: { short: 1, long: 4 },
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 2, random, plant, mailLeaseMs: DEATHS_LEASE_MS });
    system.smtp.replyMs = REPLY_MS;
    const registrar = system.register({ clients: CLIENTS });
    await system.acknowledged(50);
    let least = Number.POSITIVE_INFINITY;
    for (let run = 1; run <= runs; run++) {
      for (const victim of [random.oneOf(system.gateways), random.oneOf(system.workers)]) {
        await until(() => system.smtp.underWay >= UNDER_WAY, 60_000, 'mails to be under way');
        victim.signal('SIGSTOP');
        // The load balancer takes a gateway that answers no health check out.
        const others = system.gateways.filter((gateway) => gateway !== victim);
        registrar.use(() => others.map(({ url }) => url));
        const before = system.promises.count('acknowledged');
        await pause(FROZEN_MS);
        const during = system.promises.count('acknowledged') - before;
        least = Math.min(least, during);
        victim.signal('SIGCONT');
        registrar.use(undefined);
        report(`${victim.name} was frozen for ${FROZEN_MS / 1_000} s: ${during} sign-ups meanwhile`);
        await system.acknowledged(20);
      }
    }
    return conclude(await system.rest(), registrar, {
      figures: { freezes: runs * 2, fewest_meanwhile: least },
      promises: { 'sign-ups go on beside a frozen replica': least > 0 },
      repeatsAllowed: runs * MAILS_AT_ONCE,
    });
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
/** As a mail server far away, so that mails are under way when their worker is frozen. */
const REPLY_MS = 1_000;
/** What one worker can send alone: with the other's mails nobody falls behind. */
const PER_SECOND = 8;
const UNDER_WAY = 3;
/** Longer than what a frozen worker holds is hidden, and than a lease: others take it up, and it goes on with it when it wakes. */
const FROZEN_MS = 30_000;
const SHARE = 0.9;
/** A machine that stood still for the whole time before has no rate to compare with. */
const LEAST = 0.1;

/** What is frozen, and how it goes on. */
const VICTIMS = {
  'a gateway': ({ gateways }: System, one: <T>(of: readonly T[]) => T) => freeze(one(gateways)),
  'a worker': ({ workers }: System, one: <T>(of: readonly T[]) => T) => freeze(one(workers)),
  // What stands between a worker and mailboxes, as a process that is stopped has it: it accepts, and says nothing.
  'the mail server': async ({ ways }: System) => {
    ways.smtp.silence();
    return { frozen: undefined, wake: () => ways.smtp.heal() };
  },
};

export const frozenReplicas: Experiment = {
  name: 'frozen-replicas',
  what: 'SIGSTOP of one of two gateways, then of one of two workers, then a mail server that is stopped, for 30 s each; then SIGCONT. All clients have one address',
  passesWhen: `meanwhile there are ${SHARE * 100} % at least of the sign-ups, and with a gateway or a worker frozen of the mails, that there are as long before; a mail comes twice only where the freeze outlasted the lease of what was being sent`,
  runs: { short: 1, long: 2 },
  minutes: 8,
  async run({ runs, isShort, random, plant, report }) {
    await using system = await System.open({ gateways: 2, workers: 2, random, plant, mailLeaseMs: DEATHS_LEASE_MS });
    system.smtp.replyMs = REPLY_MS;
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(50);
    /** Sign-ups and mails a second, from now on for so long. */
    const rates = async (ms: number) => {
      const [signUps, mails] = [system.promises.count('acknowledged'), system.smtp.received.length];
      await pause(ms);
      const perSecond = (count: number) => (count * 1_000) / ms;
      return {
        signUps: perSecond(system.promises.count('acknowledged') - signUps),
        mails: perSecond(system.smtp.received.length - mails),
      };
    };
    const isCaughtUp = () => {
      const mailed = new Set(system.smtp.received.map(({ to }) => to)).size;
      return system.promises.count('acknowledged') - mailed <= 2 * MAILS_AT_ONCE;
    };
    const targets: Record<string, boolean> = {};
    let [least, leastMails] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let run = 1; run <= runs; run++) {
      for (const [name, begin] of Object.entries(VICTIMS)) {
        // What the freeze before has put off would come on top of the mails that are compared with.
        await until(isCaughtUp, 300_000, 'the mails of the freeze before');
        const before = await rates(isShort ? FROZEN_MS / 3 : FROZEN_MS);
        await until(() => system.smtp.underWay >= UNDER_WAY, 60_000, 'mails to be under way');
        const { frozen, wake } = await begin(system, (of) => random.oneOf(of));
        // The load balancer takes a gateway that answers no health check out.
        const others = system.gateways.filter((gateway) => gateway !== frozen);
        registrar.use(() => others.map(({ url }) => url));
        const during = await rates(FROZEN_MS);
        await wake();
        registrar.use(undefined);
        const share = during.signUps / Math.max(before.signUps, LEAST);
        least = Math.min(least, share);
        targets[`sign-ups beside ${name}: ${percent(share)} of before`] = share >= SHARE;
        if (name !== 'the mail server') {
          const ofMails = during.mails / Math.max(before.mails, LEAST);
          leastMails = Math.min(leastMails, ofMails);
          targets[`mails beside ${name}: ${percent(ofMails)} of before`] = ofMails >= SHARE;
        }
        report(
          `${name} was frozen for ${FROZEN_MS / 1_000} s: ${during.signUps.toFixed(1)} sign-ups a second, ${before.signUps.toFixed(1)} before; ${during.mails.toFixed(1)} mails, ${before.mails.toFixed(1)} before`,
        );
        await system.acknowledged(20);
      }
    }
    return conclude(await system.rest(), registrar, {
      figures: {
        freezes: runs * Object.keys(VICTIMS).length,
        sign_ups_of_before: percent(least),
        mails_of_before: percent(leastMails),
      },
      promises: { 'sign-ups go on beside what is frozen': least > 0 },
      targets,
      // One worker's for its freeze, and both workers' for that of the mail server.
      repeatsAllowed: runs * MAILS_AT_ONCE * 3,
    });
  },
};

async function freeze<Victim extends { signal(name: NodeJS.Signals): void }>(victim: Victim) {
  victim.signal('SIGSTOP');
  return { frozen: victim, wake: async () => victim.signal('SIGCONT') };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

import { shiftedHost, until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { Person } from '../parts/person.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 8;
const OFF_MS = 600_000;
/** As a mail server far away, so that mails are under way while another worker looks for some whose lease has run out. */
const REPLY_MS = 500;
const PER_SECOND = 40;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
const SKEW = /^clock_skew_seconds(?:\{[^}]*\})? (-?[\d.]+)$/m;

export const wrongClocks: Experiment = {
  name: 'wrong-clocks',
  what: 'one gateway and one worker are ten minutes ahead, one of each ten minutes behind (their `Date`, by a module that is loaded first), one of each is right; then kill -9 of all that are wrong, in the middle of mails',
  passesWhen:
    'no lease is taken before its time or held after it, what one gateway issues the others accept, links can be followed, and each reports how far it is off',
  runs: { short: 100, long: 5_000 },
  minutes: 4,
  async run({ runs, random, plant, report }) {
    const off = (n: number) => (n === 1 ? 0 : n === 2 ? OFF_MS : -OFF_MS);
    await using system = await System.open({
      ...{ gateways: 3, workers: 3, random, plant, mailLeaseMs: DEATHS_LEASE_MS },
      envOf: (_, n) => (off(n) === 0 ? {} : shiftedHost(off(n))),
    });
    system.smtp.replyMs = REPLY_MS;
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    for (let done = 0; done < runs; done += 100) {
      await system.acknowledged(Math.min(100, runs - done));
      report(`${system.promises.count('acknowledged')} sign-ups, ${system.smtp.received.length} mails`);
    }
    // Before anybody dies none of them may take what another has.
    const early = (await system.rest()).repeated.length;
    const others = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await until(() => system.smtp.underWay > 0, 120_000, 'mails to be under way');
    const wrong = [...system.gateways, ...system.workers].filter((_, n) => off((n % 3) + 1) !== 0);
    await Promise.all(wrong.map((replica) => replica.kill()));
    await others.stop();
    registrar.unexpected.push(...others.unexpected);
    // By the clock of whoever was ahead its leases end ten minutes from now: longer than anything may stand still here.
    const audit = await system.rest();
    await Promise.all(wrong.map((replica) => replica.start()));
    const promises: Record<string, boolean> = {
      [`no mail comes twice before anybody dies, not ${early}`]: early === 0,
    };
    for (const [n, replica] of [...system.gateways, ...system.workers].entries()) {
      const reported = Number(SKEW.exec(await (await fetch(`${replica.opsUrl}/metrics`)).text())?.[1]);
      promises[`${replica.name} reports how far it is off, not ${reported} s`] =
        Math.abs(reported * 1_000 - off((n % 3) + 1)) < 5_000;
    }
    const [{ to = '', token = '' } = {}] = random.shuffled(system.smtp.received);
    for (const issuer of system.gateways) {
      const person = new Person(issuer.url, to);
      await person.confirm(token);
      const session = await person.signIn();
      for (const other of system.gateways) {
        const seen = await fetch(`${other.url}/v1/auth/user`, {
          headers: { authorization: `Bearer ${session.body.access_token}` },
        });
        promises[`what ${issuer.name} issues ${other.name} accepts, not ${seen.status}`] = seen.status === 200;
      }
    }
    return conclude(audit, registrar, {
      figures: { off_s: OFF_MS / 1_000, killed: wrong.length },
      promises,
      repeatsAllowed: 2 * MAILS_AT_ONCE,
    });
  },
};

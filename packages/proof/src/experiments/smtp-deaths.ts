import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import type { Stage } from '../parts/smtp-sink.ts';
import { DEATHS_LEASE_MS } from '../service-settings.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';
import { BODIES_AT_MOST, settledByPolicy } from './given-up.ts';

const CLIENTS = 4;
/** What one worker sends that has one connection. */
const PER_SECOND = 10;
const STAGES: readonly Stage[] = ['mail', 'recipient', 'body', 'whole'];

export const smtpDeaths: Experiment = {
  name: 'smtp-deaths',
  what: 'kill -9 of a worker that sends one mail at a time, exactly at MAIL, at RCPT, when the body may come, and when the server has it whole',
  passesWhen: `a mail comes twice only where the server had it whole, once more a kill, under the same Message-ID; it is given up only after ${BODIES_AT_MOST} bodies`,
  runs: { short: 4, long: 100 },
  minutes: 9,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({
      ...{ gateways: 1, workers: 2, random, plant },
      smtpConnections: 1,
      mailLeaseMs: DEATHS_LEASE_MS,
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    await system.acknowledged(5);
    let whole = 0;
    let since = 0;
    for (let run = 1; run <= runs; run++) {
      const stage = STAGES[run % STAGES.length] as Stage;
      const victim = random.oneOf(system.workers);
      // Only the victim sends, so that the conversation at that stage is its own.
      for (const worker of system.workers) if (worker !== victim) await worker.stop();
      let reached = false;
      system.smtp.interfere = (at) => {
        if (at !== stage || reached) return undefined;
        reached = true;
        return 'hold';
      };
      await until(() => reached, 120_000, `a mail at ${stage}`);
      // That of the mails before it is about other mails: what the server said of them may not be on record yet.
      const before = new Set(system.smtp.received.slice(since).map(({ messageId }) => messageId));
      const open = stage === 'whole' ? 1 : 0;
      const isSettled = async () => (await system.databases.accepted(before)) >= before.size - open;
      await until(isSettled, 120_000, `${before.size - open} mails on record as accepted`);
      await victim.kill();
      since = system.smtp.received.length;
      system.smtp.interfere = () => undefined;
      if (stage === 'whole') whole += 1;
      await Promise.all(system.workers.map((worker) => worker.start()));
      report(`kill ${run} of ${runs}: at ${stage}, ${system.smtp.received.length} mails`);
    }
    const { audit, figures, promises } = await settledByPolicy(system, await system.rest());
    return conclude(audit, registrar, {
      figures: { kills: runs, of_them_whole: whole, ...figures },
      promises,
      repeatsAllowed: whole,
    });
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { SentMessages } from '../parts/sent-messages.ts';
import { percentile } from '../percentile.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 12;
/** Two gateways take more; what is left of the machine is for the one that starts. */
const PER_SECOND = 40;
/** Sign-ups between two kills at most: twice what they are on average. */
const BETWEEN = { short: 60, long: 120 };
const ACKNOWLEDGED = { short: 1, long: 10_000 };
const READY_MS = 3_000;
/** An orphan's lease and the sweep that takes it up. */
const ORPHANS_OUT_MS = 12_000;

export const gatewayKills: Experiment = {
  name: 'gateway-kills',
  what: 'kill -9 of one of two gateways again and again, under sign-ups (10,000 at least in the long form); half of the clients have an Idempotency-Key',
  passesWhen: `a killed one is ready again in ${READY_MS / 1_000} s; what it left in the outbox is out in ${ORPHANS_OUT_MS / 1_000} s (95 % of the kills); no more is published again than was in the outbox at the kills`,
  runs: { short: 4, long: 200 },
  minutes: 9,
  async run({ runs, isShort, random, plant, report }) {
    const form = isShort ? 'short' : 'long';
    const sent = new SentMessages();
    await using system = await System.open({
      ...{ gateways: 2, workers: 1, random, plant },
      beforeSqs: (url) => sent.before(url),
    });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND });
    const readyAfter: number[] = [];
    const orphansOut: Promise<number>[] = [];
    let inOutbox = 0;
    for (let kill = 1; kill <= runs; kill++) {
      await system.acknowledged(random.between(1, BETWEEN[form]));
      await pause(random.between(0, 50));
      const victim = random.oneOf(system.gateways);
      await victim.kill();
      const began = performance.now();
      const left = await system.databases.outboxIds();
      inOutbox += left.length;
      const out = untilGone(system, left);
      // Told at the end, and no reason to end before.
      out.catch(() => undefined);
      orphansOut.push(out);
      await victim.start();
      readyAfter.push(performance.now() - began);
      report(`kill ${kill} of ${runs}: ${system.promises.count('acknowledged')} acknowledged`);
    }
    await system.acknowledged(Math.max(0, ACKNOWLEDGED[form] - system.promises.count('acknowledged')));
    await registrar.stop();
    const outAfter = await Promise.all(orphansOut);
    const audit = await system.rest();
    const most = inOutbox + sent.unheard;
    const [readyMs, outMs] = [percentile(readyAfter, 0.95), percentile(outAfter, 0.95)];
    return conclude(audit, registrar, {
      figures: {
        ...{ kills: runs, ready_p95_ms: readyMs, orphans_out_p95_ms: outMs },
        ...{ in_outbox_at_kills: inOutbox, published_again: sent.again, answered_late: sent.unheard },
      },
      promises: {
        [`${sent.again} messages were published again, ${most} at most were under way`]:
          sent.again <= most || system.standstill.wasLong,
      },
      targets: {
        [`ready again in ${READY_MS} ms (95 %), not ${readyMs}`]: readyMs <= READY_MS,
        [`orphans out in ${ORPHANS_OUT_MS} ms (95 %), not ${outMs}`]: outMs <= ORPHANS_OUT_MS,
      },
      // A gateway's death repeats what it published and could not take note of: each by the same id, and no mail of it.
      repeatsAllowed: 0,
    });
  },
};

/** How long it takes until none of these rows is in the outbox, in milliseconds. */
async function untilGone({ databases }: System, rows: readonly number[]): Promise<number> {
  const began = performance.now();
  const gone = async () => (await databases.stillInOutbox(rows)) === 0;
  if (rows.length > 0) await until(gone, 300_000, `${rows.length} rows to leave the outbox`);
  return performance.now() - began;
}

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@postern/runtime/testing';
import type { Experiment } from '../experiment.ts';
import { without } from '../ledger/audit.ts';
import { refuseSingles, SINGLE_REFUSALS } from '../parts/single-refusals.ts';
import type { Interference, Refusal, Stage } from '../parts/smtp-sink.ts';
import { System } from '../system.ts';
import { conclude } from './conclude.ts';

const CLIENTS = 4;
const PER_SECOND = 10;
/** Of one domain alone nobody knows whether a relay or its own server refuses everybody there. */
const DOMAINS = 5;
const WORKERS = 1;
const FAULT_MS = 2_000;
/** Mails that one worker sends at the same time: connections of its pool. */
const MAILS_AT_ONCE = 10;
/** Mails of one worker that a mail server gets to refuse before the breaker keeps them away, those under way by then included. */
const ATTEMPTS = 20;

interface Fault {
  stage: Stage;
  with: Refusal | 'hold' | 'reset';
}

const refusal = (stage: Stage, code: number, text: string) => ({ stage, with: { code, text } });

/** What a mail server, or what is in front of it, says that is not about the mail: each mail has to go out all the same. */
const OUTAGES: readonly Fault[] = [
  refusal('connect', 421, '4.3.2 Service shutting down'),
  refusal('connect', 554, '5.7.1 Service unavailable; client host blocked using zen.example'),
  refusal('mail', 421, '4.7.0 Too many connections from your host'),
  refusal('mail', 451, '4.3.0 Temporary system problem, try again later'),
  refusal('mail', 452, '4.3.1 Insufficient system storage'),
  refusal('mail', 530, '5.7.0 Authentication required'),
  refusal('mail', 550, '5.7.1 Sender address rejected: not owned by user'),
  refusal('mail', 553, '5.7.1 Sender rejected'),
  refusal('recipient', 450, '4.2.0 Greylisted, please try again in a minute'),
  refusal('recipient', 451, '4.7.1 Try again later'),
  refusal('recipient', 452, '4.5.3 Too many recipients'),
  refusal('recipient', 421, '4.4.5 Server busy'),
  refusal('recipient', 503, '5.5.1 Bad sequence of commands'),
  refusal('recipient', 530, '5.7.0 Must issue a STARTTLS command first'),
  refusal('whole', 421, '4.3.2 Closing the channel'),
  refusal('whole', 451, '4.3.0 Local error in processing'),
  refusal('whole', 452, '4.3.1 Out of memory'),
  refusal('whole', 454, '4.7.0 Throttling failure: maximum sending rate exceeded'),
  ...(['connect', 'mail', 'recipient', 'body', 'whole'] as const).map((stage) => ({ stage, with: 'reset' as const })),
  ...(['connect', 'mail', 'recipient', 'body', 'whole'] as const).map((stage) => ({ stage, with: 'hold' as const })),
];

/**
 * What may be said of one recipient or one mail, and is said to everybody by a relay that is set up wrong: the first mails fail, until so
 * many in a row are refused that it cannot be the recipients.
 */
const WRONG_RELAYS: readonly (Fault & { with: Refusal })[] = [
  refusal('recipient', 550, '5.7.1 Relaying denied'),
  refusal('recipient', 554, '5.7.1 Relay access denied'),
  refusal('recipient', 550, '5.1.1 User unknown'),
  refusal('recipient', 550, 'No such user here'),
  refusal('recipient', 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
  refusal('whole', 550, '5.7.1 Message rejected due to local policy'),
  refusal('whole', 554, '5.7.0 Your reputation is too low'),
];
const FAULTS: readonly Fault[] = [...OUTAGES, ...WRONG_RELAYS];

/** Asks one mail to come later, and does not speak of the server: no breaker keeps the others away. */
function isOfOneMail({ stage, with: how }: Fault): boolean {
  return typeof how === 'object' && how.code < 500 && (stage === 'recipient' || stage === 'whole');
}

/** Refused in a row before it counts as the relay's fault, by one worker; as many as it sends at a time are under way by then. */
const REFUSED_FIRST = 5;
const FAIL_AT_MOST = REFUSED_FIRST + MAILS_AT_ONCE;
/** Lets everybody know what is refused now who was told so before. */
const BREAKER_MS = 90_000;

export const smtpFaults: Experiment = {
  name: 'smtp-faults',
  what: `the mail server refuses everything in the words of ${FAULTS.filter(({ with: how }) => typeof how === 'object').length} kinds, breaks off or goes silent, at each stage, for 2 s each, or until several mails were refused; and one recipient or mail each in the words of ${SINGLE_REFUSALS.length} more; under sign-ups`,
  passesWhen: `every mail goes out in the end, but for ${FAIL_AT_MOST} a worker at most that a relay refused which refuses everybody; no address is suppressed for it, and of single recipients those that are not there; each refusal is taken for what it is; ${ATTEMPTS} mails a worker at most are tried in a fault that is not said of one mail; a mail comes twice only where the server had it whole`,
  runs: { short: 12, long: FAULTS.length },
  minutes: 12,
  async run({ runs, random, plant, report }) {
    await using system = await System.open({ gateways: 1, workers: WORKERS, random, plant });
    const registrar = system.register({ clients: CLIENTS, perSecond: PER_SECOND, domains: DOMAINS });
    await system.acknowledged(10);
    const refused = await refuseSingles(system);
    report(`single refusals: ${refused.length}`);
    const order: Fault[] = [];
    let [broken, wrongRelays, most] = [0, 0, 0];
    for (let run = 1; run <= runs; run++) {
      if (order.length === 0) order.push(...random.shuffled(FAULTS));
      const fault = order.pop() as Fault;
      const { stage, with: how } = fault;
      const words = typeof how === 'object' ? `${how.code} ${how.text}` : how;
      let met = 0;
      const interfere: Interference = (at) => {
        if (at !== stage) return undefined;
        met += 1;
        if (how !== 'reset') return how;
        system.ways.smtp.cut();
        return 'hold';
      };
      system.smtp.interfere = interfere;
      // The workers' connections stay open: somebody has to connect anew.
      if (stage === 'connect') system.ways.smtp.cut();
      const isWrongRelay = !OUTAGES.includes(fault);
      // Of a relay that is right again after fewer nobody can know that it was wrong.
      const enough = isWrongRelay ? REFUSED_FIRST + 2 : 1;
      await until(() => met >= enough, BREAKER_MS, `${enough} mails that meet ${words} at ${stage}`);
      await pause(FAULT_MS);
      system.smtp.interfere = () => undefined;
      // Those that were held get no answer any more.
      if (how === 'hold') system.ways.smtp.cut();
      if (how === 'hold' || how === 'reset' || stage === 'connect') broken += 1;
      if (isWrongRelay) wrongRelays += 1;
      if (!isOfOneMail(fault)) most = Math.max(most, met);
      const before = system.smtp.received.length;
      await until(() => system.smtp.received.length > before, BREAKER_MS, `a mail after ${words} at ${stage}`);
      report(`${run} of ${runs}: ${words} at ${stage}, met ${met} times`);
    }
    const audit = await system.rest();
    const failures = await system.databases.failures();
    const promises: Record<string, boolean> = {};
    for (const { code, text, ends } of SINGLE_REFUSALS) {
      const found = failures.filter(({ reason }) => reason.includes(text)).map(({ state }) => state);
      promises[`a mail that met ${code} ${text} has ${ends}, not ${found.join(', ') || 'accepted'}`] =
        found.join() === (ends === 'accepted' ? '' : ends);
    }
    const singles = (state: string) => SINGLE_REFUSALS.filter(({ ends }) => ends === state).length;
    const { failed = 0, bounced = 0 } = await system.databases.mails();
    const ofRelays = failed + bounced - singles('failed') - singles('bounced');
    const known = [...WRONG_RELAYS.map((fault) => fault.with), ...SINGLE_REFUSALS];
    const strange = failures.filter(({ reason }) => !known.some(({ text }) => reason.includes(text)));
    const suppressed = await system.command('worker', ['suppressions', 'list', '--json']);
    const forGood = new Set(refused.filter((_, n) => SINGLE_REFUSALS[n]?.ends !== 'accepted'));
    const others = { ...audit, lost: audit.lost.filter((address) => !forGood.has(address)) };
    return conclude(without(without(others, 'failed', ofRelays), 'bounced', 0), registrar, {
      figures: {
        faults: runs,
        broken_off: broken,
        wrong_relays: wrongRelays,
        failed: ofRelays,
        single_refusals: refused.length,
        tried_most: most,
      },
      promises: {
        ...promises,
        [`${singles('bounced')} addresses are suppressed: ${suppressed.trim()}`]:
          (JSON.parse(suppressed) as unknown[]).length === singles('bounced'),
        [`no mail failed for what was said of none: ${strange[0]?.reason}`]: strange.length === 0,
        [`${ofRelays} mails failed, of ${wrongRelays} wrong relays`]: ofRelays <= wrongRelays * WORKERS * FAIL_AT_MOST,
        [`${most} mails were tried in one fault`]: most <= WORKERS * ATTEMPTS,
      },
      // Whoever broke one conversation broke them all: a cut is of each connection.
      repeatsAllowed: broken * MAILS_AT_ONCE * WORKERS,
    });
  },
};

import {
  DeadRows,
  listReplicas,
  type Peer,
  requireWritable,
  type ScheduleOrders,
  type ScheduleReport,
} from '@postern/durable';
import { type Database, errorMessage, type Logger, within } from '@postern/runtime';
import { depthsOf, type QueueDepth, UnansweredQueuesError } from '@postern/sqs';
import type { LetterRegister } from '../../dead-letters/letter-register.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { COUNT_AT_MOST, type Ledger } from '../../mail/delivery/ledger/ledger.ts';
import { MAIL_STATES } from '../../mail/delivery/ledger/states.ts';
import type { Providers } from '../../mail/delivery/providers.ts';
import type { SqsAccess } from '../console.ts';
import { amount, count, link, numbers, table, time, wide } from '../views/parts.ts';
import { breakerBadge } from '../views/queue-views.ts';
import { type ConsoleRoute, get, page } from '../web/console-route.ts';

export interface OverviewParts {
  database: Database;
  logger: Logger;
  ledger: Ledger;
  providers: Providers;
  orders: ScheduleOrders;
  register: Pick<LetterRegister, 'counts'>;
  sqs: SqsAccess;
  /** The gateway, where it may be asked. */
  gateway: Peer | undefined;
}

/** How far back failed requests are counted, and how many: the page asks every five seconds. */
const HOUR_MS = 3_600_000;
const MOST_FAILED = 100;
/** A gateway that hangs holds the page up no longer, in milliseconds. */
const GATEWAY_MS = 1_000;

/** What waits where, at a glance. It refreshes itself. */
export function overviewPage(parts: OverviewParts): ConsoleRoute[] {
  return [
    get('/', async ({ now }) => page('/', 'Overview', html`<h1>Overview</h1>${await live(parts, now)}`)),
    get('/live', async ({ now }) => ({ kind: 'fragment', body: await live(parts, now) })),
  ];
}

/** SQS also counts copies of letters that were acted on, and none of those that it has dropped; some that it moved itself are not registered yet. */
function undecided({ queue, dead }: QueueDepth, letters: Awaited<ReturnType<LetterRegister['counts']>>): number {
  const { dead: registered, acted } = letters.get(queue) ?? { dead: 0, acted: 0 };
  return Math.max(registered, dead - acted);
}

async function live(parts: OverviewParts, now: Date): Promise<Html> {
  const problems: string[] = [];
  // One part that does not answer keeps none of the others from being shown.
  const ask = async <T>(what: string, work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      problems.push(`${what}: ${errorMessage(error)}`);
      return otherwise;
    }
  };
  const { database, logger, ledger, providers, register, sqs, gateway } = parts;
  const rows = new DeadRows(database, { logger });
  const answered = depthsOf(sqs.client, sqs.queues).catch((error: unknown) => {
    if (!(error instanceof UnansweredQueuesError)) throw error;
    problems.push(`SQS cannot be asked: ${error.message}`);
    return [...error.answered];
  });
  const [inSqs, letters, pending, oldestDue, outbox, schedules, replicas, gateways] = await Promise.all([
    ask('SQS cannot be asked', answered, []),
    ask('The dead letters cannot be read', register.counts(), new Map()),
    ask('The ledger cannot be read', ledger.pending(), new Map()),
    ask('The ledger cannot be read', ledger.oldestDue(), undefined),
    ask('The outbox cannot be read', rows.counts(), { pending: 0, dead: 0, oldest: null }),
    ask('The schedules cannot be read', parts.orders.list(), []),
    ask('The replicas cannot be read', listReplicas(database), []),
    ask('The gateway’s part is missing', gateway ? gatewaysPart(gateway, now) : Promise.resolve(undefined), undefined),
    ask('The database cannot be written', requireWritable(database), undefined),
  ]);
  const waiting = [...pending.values()].reduce((sum, each) => sum + each, 0);
  const depths = inSqs.map((depth) => ({ ...depth, dead: undecided(depth, letters) }));
  const dead = depths.reduce((sum, each) => sum + each.dead, 0);
  const silent = replicas.filter(({ state }) => state === 'silent').length;
  const unsent = gateways?.unsent;
  const failing = [...schedules, ...(gateways?.schedules ?? [])].filter(
    ({ lastError }) => lastError !== undefined,
  ).length;
  return html`<div hx-get="/live" hx-trigger="every 5s" hx-swap="outerMorph">
${problems.map((problem) => html`<p class="fault" role="alert">${problem}</p>`)}
<dl class="tiles">
${tile('Dead letters', dead, dead > 0 ? link(path`/dead-letters`, 'Review') : html`${depths.length < sqs.queues.names.length ? 'SQS does not say' : 'No message has failed for good'}`, dead > 0)}
${gateways !== undefined && failedTile(gateways.failed)}
${tile('Mails waiting', waiting, oldestDue ? html`${waiting === COUNT_AT_MOST && 'or more. '}The next one ${oldestDue > now ? 'is due' : 'was due'} ${time(oldestDue, now)}` : html`None is waiting`)}
${tile('Outbox', outbox.pending + (unsent?.count ?? 0), outboxNote(outbox, unsent, now), outbox.dead > 0)}
${tile('Replicas', replicas.length - silent, silent > 0 ? link(path`/queues`, `${silent} silent`) : html`Each reports`, silent > 0)}
${tile('Failing schedules', failing, link(path`/schedules`, 'All schedules'), failing > 0)}
</dl>
${table({
  caption: 'Queues',
  columns: ['Queue', numbers('Waiting'), numbers('In flight'), wide(numbers('Delayed')), numbers('Dead letters')],
  rows: depths.map(({ queue, waiting: visible, in_flight, delayed, dead: given }) => [
    queue,
    amount(visible),
    amount(in_flight),
    amount(delayed),
    given > 0 ? html`<a class="bad" href="${path`/dead-letters/${queue}`}">${count(given)}</a>` : amount(0),
  ]),
  empty: html`<p>SQS did not report any queue.</p>`,
})}
<div class="pair"><section>${table({
    caption: 'Mails in progress',
    columns: ['State', numbers('Mails')],
    rows: MAIL_STATES.filter((state) => pending.has(state)).map((state) => [
      link(path`/mails?state=${state}`, state),
      count(pending.get(state) ?? 0),
    ]),
    empty: html`<p>No mail waits. ${link(path`/mails`, 'Search those that are done')}</p>`,
  })}</section>
<section>${table({
    caption: 'Mail providers, as seen by this replica',
    columns: ['Provider', 'State', 'Tried next'],
    rows: providers.all.map(({ name, state, retryAt }) => [
      name,
      breakerBadge(state),
      state === 'closed' ? time(undefined, now) : time(retryAt, now),
    ]),
    empty: html`<p>This worker has no mail provider: see SMTP_URL.</p>`,
  })}</section></div>
<p class="quiet">Updated ${time(now, now)}, every five seconds. SQS's counts are approximate.</p></div>`;
}

function tile(label: string, value: number, note: Html, bad = false): Html {
  return html`<div class="tile${bad ? ' bad' : ''}"><dt>${label}</dt><dd><b>${count(value)}</b> <span>${note}</span></dd></div>`;
}

function failedTile(failed: number): Html {
  const review = link(path`/requests?outcome=failed`, 'Review');
  const more = failed === MOST_FAILED ? 'or more ' : '';
  return tile(
    'Failed requests',
    failed,
    failed > 0 ? html`${more}in an hour. ${review}` : html`None in an hour`,
    failed > 0,
  );
}

interface Unsent {
  count: number;
  oldest: Date | null;
}

interface GatewaysPart {
  unsent: Unsent;
  schedules: ScheduleReport[];
  /** Requests, in the last hour. */
  failed: number;
}

/** What the gateway has yet to hand to SQS, what it does by the clock, and what it failed at. */
async function gatewaysPart(gateway: Peer, now: Date): Promise<GatewaysPart> {
  const since = new Date(now.getTime() - HOUR_MS);
  const failures = gateway.requests({ refused: false, failed: true, since, limit: MOST_FAILED });
  const asked = Promise.all([gateway.waits({}), gateway.schedules(), failures]);
  const [waiting, schedules, failed] = await within(GATEWAY_MS, asked);
  const rows = waiting.filter(({ part }) => part === 'outbox');
  const oldest = rows.map((row) => row.oldest).toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
  const unsent = { count: rows.reduce((sum, row) => sum + row.count, 0), oldest };
  return { unsent, schedules, failed: failed.length };
}

function outboxNote(own: { oldest: Date | null }, gateways: Unsent | undefined, now: Date): Html {
  if (gateways && gateways.count > 0) {
    return html`${count(gateways.count)} of them the gateway’s, the oldest ${time(gateways.oldest, now)}`;
  }
  if (own.oldest) return html`The oldest ${time(own.oldest, now)}`;
  return gateways ? html`All are sent` : html`The worker has sent all; see <code>gateway outbox</code> for the other`;
}

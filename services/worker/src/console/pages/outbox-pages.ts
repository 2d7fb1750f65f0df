import { askElsewhere, type DeadRows, type Peer, type Waiting } from '@postern/durable';
import { type Html, html, path } from '../../mail/content/html.ts';
import { confirmation, count, facts, numbers, table, time, wide } from '../views/parts.ts';
import type { Acts } from '../web/acts.ts';
import {
  type Answer,
  ConsoleFault,
  type ConsoleRequest,
  type ConsoleRoute,
  get,
  page,
  post,
} from '../web/console-route.ts';
import { oneIn } from './query-fields.ts';

/** Dead rows that a page shows; more are the same fault many times. */
const SHOWN = 100;

interface OutboxParts {
  rows: DeadRows;
  acts: Acts;
  /** The gateway, where it may be asked. */
  gateway: Peer | undefined;
}

/** What both services have yet to hand to SQS, and what of the worker's was given up. */
export function outboxPages({ rows, acts, gateway }: OutboxParts): ConsoleRoute[] {
  const act = (action: 'retry' | 'remove', work: (chosen: number[], by: string) => Promise<string>): ConsoleRoute =>
    post(`/outbox/${action}`, async ({ form, operator }) => {
      const chosen = rowsIn(form);
      const audited = { operator: operator.name, action: `outbox.${action}`, target: 'outbox' };
      const did = await acts.run(audited, `rows ${chosen.join(', ')}`, () => work(chosen, operator.name));
      return { kind: 'redirect', to: path`/outbox?did=${did}` };
    });
  return [
    get('/outbox', (request) => listPage(rows, gateway, request)),
    get('/outbox/confirm', async ({ query, formToken }) =>
      question(oneIn(query, 'act', ['retry', 'remove']) ?? 'retry', rowsIn(query), formToken),
    ),
    act(
      'retry',
      async (chosen, by) => `rows ${chosen.join(', ')}: ${await rows.retry(chosen, { by })} are tried again`,
    ),
    act('remove', async (chosen, by) => `rows ${chosen.join(', ')}: ${await rows.remove(chosen, { by })} removed`),
  ];
}

async function listPage(rows: DeadRows, gateway: Peer | undefined, { operator, now }: ConsoleRequest): Promise<Answer> {
  const [counts, dead, gateways] = await Promise.all([rows.counts(), rows.list(SHOWN), gatewaysPart(gateway, now)]);
  const may = operator.role === 'act';
  const deadTable = table({
    caption: 'Given up',
    columns: [
      ...(may ? [{ label: html`<input type="checkbox" data-all hidden aria-label="Choose all">`, boxes: true }] : []),
      'Message',
      wide('Queue'),
      'Stored',
      wide(numbers('Tries')),
      wide('Last error'),
    ],
    rows: dead.map(({ row, type, messageId, queue, createdAt, attempts, lastError }) => [
      ...(may ? [html`<input type="checkbox" name="row" value="${row}" aria-label="Choose row ${row}">`] : []),
      html`${type}<small><code>${messageId}</code></small>`,
      queue,
      time(createdAt, now),
      String(attempts),
      lastError ?? '–',
    ]),
    empty: html`<p>No message was given up: all that are stored are tried until SQS has them.</p>`,
  });
  const actions = html`<div class="actions"><button name="act" value="retry" class="primary">Try chosen again…</button><button name="act" value="remove">Remove chosen…</button></div>`;
  const choosing = html`<form action="${path`/outbox/confirm`}">${deadTable}${actions}</form>`;
  return page(
    '/outbox',
    'Outbox',
    html`<h1>Outbox</h1><h2>Of the worker</h2>${facts([
      ['Messages not sent', count(counts.pending)],
      ['Given up', counts.dead > 0 ? html`<span class="bad">${count(counts.dead)}</span>` : '0'],
      ['The oldest was stored', time(counts.oldest, now)],
    ])}${may && dead.length > 0 ? choosing : deadTable}<h2>Of the gateway</h2>${gateways}`,
  );
}

/** Its outbox is in another database: what waits there is shown here, and acted on by its own command. */
async function gatewaysPart(gateway: Peer | undefined, now: Date): Promise<Html> {
  const command = html`<code>gateway outbox</code>`;
  if (!gateway) {
    return html`<p class="quiet">It is shown where <code>GATEWAY_OPS_URL</code> and <code>PEER_KEY</code> are set; ${command} has it.</p>`;
  }
  const problems: string[] = [];
  const waiting = await askElsewhere(
    () => gateway.waits({}),
    (problem) => problems.push(problem),
  );
  const [problem] = problems;
  if (problem !== undefined) return html`<p class="fault" role="alert">The gateway’s part is missing: ${problem}</p>`;
  return html`${gatewaysTable(waiting, now)}<p class="quiet">${command} tries those again that were given up, or removes them.</p>`;
}

function gatewaysTable(waiting: readonly Waiting[], now: Date): Html {
  return table({
    caption: 'Not sent by the gateway',
    captionHidden: true,
    columns: ['Message', numbers('Count'), 'Stored', wide('Next try')],
    rows: waiting.map(({ type, why, count: many, oldest, next }) => [
      html`${type}<small>${why}</small>`,
      count(many),
      time(oldest, now),
      time(next, now),
    ]),
    empty: html`<p>The gateway has sent all.</p>`,
  });
}

function question(act: 'retry' | 'remove', rows: number[], formToken: string): Answer {
  const what = rows.length === 1 ? 'this message' : `these ${rows.length} messages`;
  const title = act === 'retry' ? 'Try again?' : 'Remove?';
  const text =
    act === 'retry'
      ? html`<p>Has ${what} sent from the next sweep on, their tries beginning at one.</p>`
      : html`<p>Deletes ${what} from the outbox, <b>for good</b>: nobody ever gets them.</p>`;
  const button =
    act === 'retry'
      ? html`<button class="primary">Try again</button>`
      : html`<button class="danger">Remove for good</button>`;
  return page(
    '/outbox',
    title,
    confirmation({
      ...{ title, text, button, formToken, to: path`/outbox/${act}`, back: path`/outbox` },
      fields: rows.map((row) => ['row', String(row)]),
    }),
  );
}

/** @throws ConsoleFault for none, or what is not a row */
function rowsIn(fields: URLSearchParams): number[] {
  const rows = fields.getAll('row').map(Number);
  if (rows.length === 0) throw new ConsoleFault(400, 'No message was chosen: go back and check some.');
  if (rows.length > SHOWN || !rows.every((row) => Number.isSafeInteger(row) && row > 0)) {
    throw new ConsoleFault(400, 'Expected rows of the outbox.');
  }
  return rows;
}

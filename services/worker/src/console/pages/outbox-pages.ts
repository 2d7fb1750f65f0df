import type { DeadRows } from '@postern/durable';
import { html, path } from '../../mail/content/html.ts';
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

export interface OutboxParts {
  rows: DeadRows;
  acts: Acts;
}

/** What the worker has yet to hand to SQS, and what of it was given up. */
export function outboxPages({ rows, acts }: OutboxParts): ConsoleRoute[] {
  const act = (action: 'retry' | 'remove', work: (chosen: number[], by: string) => Promise<string>): ConsoleRoute =>
    post(`/outbox/${action}`, async ({ form, operator }) => {
      const chosen = rowsIn(form);
      const audited = { operator: operator.name, action: `outbox.${action}`, target: 'outbox' };
      const did = await acts.run(audited, `rows ${chosen.join(', ')}`, () => work(chosen, operator.name));
      return { kind: 'redirect', to: path`/outbox?did=${did}` };
    });
  return [
    get('/outbox', (request) => listPage(rows, request)),
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

async function listPage(rows: DeadRows, { operator, now }: ConsoleRequest): Promise<Answer> {
  const [counts, dead] = await Promise.all([rows.counts(), rows.list(SHOWN)]);
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
    html`<h1>Outbox</h1>${facts([
      ['Messages not sent', count(counts.pending)],
      ['Given up', counts.dead > 0 ? html`<span class="bad">${count(counts.dead)}</span>` : '0'],
      ['The oldest was stored', time(counts.oldest, now)],
    ])}${may && dead.length > 0 ? choosing : deadTable}`,
  );
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

/** @throws ConsoleFault for none, or what is no row */
function rowsIn(fields: URLSearchParams): number[] {
  const rows = fields.getAll('row').map(Number);
  if (rows.length === 0) throw new ConsoleFault(400, 'No message was chosen: go back and check some.');
  if (rows.length > SHOWN || !rows.every((row) => Number.isSafeInteger(row) && row > 0)) {
    throw new ConsoleFault(400, 'Expected rows of the outbox.');
  }
  return rows;
}

import type { Operation, OperationState } from '../../dead-letters/operation-row.ts';
import { DECISIONS, OPEN, type OperationDecision, type Operations } from '../../dead-letters/operations.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { queuePath } from '../views/dead-letter-links.ts';
import { actForm, badge, count, facts, link, numbers, older, type Tone, table, time, wide } from '../views/parts.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute, get, page, post } from '../web/console-route.ts';
import { idIn, readId } from './query-fields.ts';

const PAGE = 50;
const TONES: Record<OperationState, Tone> = {
  ...{ running: 'busy', canary: 'busy', stopped: 'warn', done: 'good', failed: 'bad', cancelled: 'quiet' },
};
const STATES: Record<OperationState, string> = {
  running: 'under way',
  canary: 'the first ones went ahead',
  stopped: 'waits for you',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};
const KINDS = { redrive: 'Send back', discard: 'Discard', survey: 'Go through the queue' } as const;

/** What is done with many letters, how far it is, and how it is ended. It goes on without these pages. */
export function operationsPages(operations: Operations): ConsoleRoute[] {
  const decide = (decision: OperationDecision): ConsoleRoute =>
    post(`/operations/:id/${decision}`, async ({ params, operator }) => {
      const { id } = await requireOperation(operations, params.id);
      const did = await operations.decide(id, decision, operator.name);
      if (!did) throw new ConsoleFault(409, DECISIONS[decision]);
      return { kind: 'redirect', to: path`/operations/${id}` };
    });
  return [
    get('/operations', (request) => listPage(operations, request)),
    get('/operations/:id', async ({ params, operator, formToken, now }) => {
      const operation = await requireOperation(operations, params.id);
      return page(
        '/dead-letters',
        KINDS[operation.kind],
        html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')} / ${link(queuePath(operation.queue), operation.queue)} / ${link(path`/operations`, 'Operations')}</p>
<h1>${KINDS[operation.kind]} <span>${operation.words}</span></h1>${live(operation, { may: operator.role === 'act', formToken, now })}`,
      );
    }),
    get('/operations/:id/live', async ({ params, operator, formToken, now }) => ({
      kind: 'fragment',
      body: live(await requireOperation(operations, params.id), { may: operator.role === 'act', formToken, now }),
    })),
    decide('cancel'),
    decide('go-on'),
  ];
}

async function requireOperation(operations: Operations, id: string | undefined): Promise<Operation> {
  const operationId = readId(id);
  const operation = operationId && (await operations.find(operationId));
  if (!operation)
    throw new ConsoleFault(
      404,
      'There is no such operation; those that are over are forgotten after OPERATOR_AUDIT_RETENTION_DAYS.',
    );
  return operation;
}

function live(operation: Operation, { may, formToken, now }: { may: boolean; formToken: string; now: Date }): Html {
  const { id, kind, state, total, done, failed, note, operator, createdAt, endedAt } = operation;
  const open = OPEN.includes(state);
  const most = Math.max(total, done + failed, 1);
  const bar = html`<progress max="${most}" value="${state === 'done' ? most : done + failed}" aria-label="Progress"></progress>`;
  const goOn =
    state === 'stopped' &&
    actForm(path`/operations/${id}/go-on`, formToken, html`<button class="primary">Go on with the others</button>`);
  const cancel = open && actForm(path`/operations/${id}/cancel`, formToken, html`<button>Cancel</button>`);
  const body = html`<p role="status">${badge(STATES[state], TONES[state])} ${count(done)} of ${kind === 'survey' ? 'about ' : ''}${count(Math.max(total, done))}</p>${bar}
${note !== '' && html`<p>${note}</p>`}${may && open && html`<div class="actions">${goOn}${cancel}</div>`}
${facts([
  ['By', operator],
  ['Began', time(createdAt, now)],
  ['Ended', time(endedAt, now)],
  ...(failed > 0 ? [['Cannot be sent', count(failed)] as const] : []),
])}${open && html`<p class="quiet">It goes on without this page, and on another replica should this one end. Cancelled, what it has done stays done.</p>`}`;
  if (!open) return html`<div>${body}</div>`;
  return html`<div hx-get="${path`/operations/${id}/live`.toString()}" hx-trigger="every 1s" hx-swap="outerHTML">${body}</div>`;
}

async function listPage(operations: Operations, { query, now }: ConsoleRequest) {
  const found = await operations.list({ before: idIn(query, 'before'), limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  const last = shown.at(-1)?.id;
  return page(
    '/dead-letters',
    'Operations',
    html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')}</p><h1>Operations</h1><p class="lead">What was done with many letters, and how far it is.</p>
${table({
  caption: 'Operations',
  captionHidden: true,
  columns: ['What', 'State', numbers('Letters'), wide('By'), 'Began'],
  rows: shown.map(({ id, kind, queue, words, state, total, done, operator, createdAt }) => [
    html`${link(path`/operations/${id}`, KINDS[kind])}<small>${queue}: ${words}</small>`,
    badge(STATES[state], TONES[state]),
    `${count(done)} / ${count(Math.max(total, done))}`,
    operator,
    time(createdAt, now),
  ]),
  empty: html`<p>Nothing was done with letters yet.</p>`,
})}${older(found.length > PAGE && last !== undefined ? path`/operations?before=${last}` : undefined)}`,
  );
}

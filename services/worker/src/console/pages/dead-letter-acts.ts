import type { Outbox } from '@postern/durable';
import type { WriterKeys } from '@postern/events';
import { type Database, errorMessage } from '@postern/runtime';
import { beginOperation, LETTER_ACTS, type LetterAct } from '../../dead-letters/begin-operation.ts';
import { editAndSend } from '../../dead-letters/edit-and-send.ts';
import { editableData, LetterEditError } from '../../dead-letters/edit-letter.ts';
import { type RegisterFilter, wordsOf } from '../../dead-letters/letter-filter.ts';
import { CANARY_MS } from '../../dead-letters/operation-runner.ts';
import { CANARY, OperationUnderWayError } from '../../dead-letters/operations.ts';
import { knownMessages } from '../../jobs/index.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import type { OperatorAudit } from '../../operators/operator-audit.ts';
import { queuePath } from '../views/dead-letter-links.ts';
import { actForm, confirmation, count, link } from '../views/parts.ts';
import {
  type Answer,
  ConsoleFault,
  type ConsoleRequest,
  type ConsoleRoute,
  get,
  page,
  post,
} from '../web/console-route.ts';
import { chosenIn, hiddenFields } from './dead-letter-query.ts';
import { type DeadLettersParts, requireLetter, requireQueue } from './dead-letters-pages.ts';
import { oneIn } from './query-fields.ts';

interface DeadLetterActsParts extends DeadLettersParts {
  database: Database;
  outbox: Outbox;
  keys: WriterKeys;
  audit: OperatorAudit;
}

/** Sending letters back, as they are or corrected, and discarding them. What is about many goes on without its page. */
export function deadLetterActs(parts: DeadLetterActsParts): ConsoleRoute[] {
  const { letters, register, operations } = parts;
  const many = (kind: LetterAct): ConsoleRoute =>
    post(`/dead-letters/:queue/${kind}`, async ({ params, form, operator }) => {
      const queue = requireQueue(letters, params.queue);
      checkAsked(form, await register.count(queue, await register.bounded(queue, chosenIn(form))));
      const { id } = await begin({ kind, queue, operator: operator.name, filter: chosenIn(form) });
      return { kind: 'redirect', to: path`/operations/${id}` };
    });
  const begin = async (order: Parameters<typeof beginOperation>[1]) => {
    try {
      return await beginOperation(parts, order);
    } catch (error) {
      if (error instanceof OperationUnderWayError) throw new ConsoleFault(409, error.message);
      throw error;
    }
  };
  return [
    get('/dead-letters/:queue/confirm', async ({ params, query, formToken, now }) => {
      const queue = requireQueue(letters, params.queue);
      const act = oneIn(query, 'act', LETTER_ACTS) ?? 'redrive';
      query.set('until', now.toISOString());
      const filter = await register.bounded(queue, chosenIn(query));
      const total = await register.count(queue, filter);
      return page(
        '/dead-letters',
        act === 'redrive' ? 'Send back?' : 'Discard?',
        question(queue, act, { query, filter, total, formToken }),
      );
    }),
    many('redrive'),
    many('discard'),
    post('/dead-letters/:queue/survey', async ({ params, operator }) => {
      const queue = requireQueue(letters, params.queue);
      const total = (await letters.counts()).find((each) => each.queue === queue)?.letters ?? 0;
      const did = await operations.beginSurvey({ queue, operator: operator.name, total });
      return { kind: 'redirect', to: did === undefined ? path`/operations` : path`/operations/${did}` };
    }),
    get('/dead-letters/:queue/letters/:id/edit', (request) => editPage(parts, request)),
    post('/dead-letters/:queue/letters/:id/edit', (request) => edit(parts, request)),
  ];
}

/** @throws ConsoleFault when the act would be about more than the page that asked has counted: letters that were written down meanwhile */
function checkAsked(form: URLSearchParams, total: number): void {
  const asked = form.get('letters');
  if (asked === null || total <= Number(asked)) return;
  throw new ConsoleFault(
    409,
    `By now it would be about ${total} letters, not ${asked}: go back, and load the page again.`,
  );
}

async function edit(parts: DeadLetterActsParts, request: ConsoleRequest): Promise<Answer> {
  const { params, form, operator } = request;
  const queue = requireQueue(parts.letters, params.queue);
  const { letterId: id } = await requireLetter(parts, queue, params.id ?? '');
  const data = form.get('data') ?? '';
  const act = { operator: operator.name, action: 'dead-letters.edit', target: `${queue} ${id}` };
  const auditId = await parts.audit.begin(act, 'edited');
  try {
    const detail = await editAndSend({ ...parts, catalog: knownMessages }, { queue, id, data, auditId });
    await parts.audit.end(auditId, 'done', detail);
  } catch (error) {
    const fault = error instanceof LetterEditError ? error.message : undefined;
    await parts.audit.end(auditId, fault === undefined ? 'failed' : 'refused', fault ?? errorMessage(error));
    if (fault === undefined) throw error;
    return editPage(parts, request, { data, fault });
  }
  await parts.operations.clearCopies(queue, 1);
  return { kind: 'redirect', to: path`/dead-letters/${queue}?did=${auditId}` };
}

async function editPage(
  parts: DeadLetterActsParts,
  { params, formToken }: ConsoleRequest,
  again?: { data: string; fault: string },
): Promise<Answer> {
  const queue = requireQueue(parts.letters, params.queue);
  const letter = await requireLetter(parts, queue, params.id ?? '');
  const { letterId: id, type } = letter;
  const back = path`/dead-letters/${queue}/letters/${id}`;
  const title = `Edit ${type}`;
  const crumb = html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')} / ${link(queuePath(queue), queue)} / ${link(back, id)}</p><h1>Edit and send back <span>${type}</span></h1>`;
  let data: string;
  try {
    data = again?.data ?? editableData(letter, knownMessages);
  } catch (error) {
    if (!(error instanceof LetterEditError)) throw error;
    const fault = html`<p class="fault" role="alert">${error.message}</p><p>${link(back, 'Back')}</p>`;
    return page('/dead-letters', title, html`${crumb}${fault}`);
  }
  const form = html`${again !== undefined && html`<p class="fault" role="alert" id="fault">${again.fault}</p>`}
<label>Data, as JSON<textarea name="data" class="code" rows="16" spellcheck="false" autocomplete="off" required aria-describedby="${again ? 'fault' : 'hidden-texts'}">${data}</textarea></label>
<p class="quiet" id="hidden-texts">What says <code>(hidden: …)</code> stays as it is; write over it to replace it. It is checked by the schema of its type and version, signed anew, and keeps its id: listeners that had succeeded with it do not run again.</p>
<div class="actions"><button class="primary">Send back</button>${link(back, 'Cancel')}</div>`;
  const whole = html`${crumb}${actForm(path`/dead-letters/${queue}/letters/${id}/edit`, formToken, form)}`;
  return { ...page('/dead-letters', title, whole), ...(again && { status: 400 }) };
}

function question(
  queue: string,
  act: LetterAct,
  {
    query,
    filter,
    total,
    formToken,
  }: { query: URLSearchParams; filter: RegisterFilter; total: number; formToken: string },
): Html {
  const words = html`<b>${wordsOf(filter)}</b> of the queue <b>${queue}</b>: ${count(total)} ${total === 1 ? 'letter' : 'letters'}`;
  const canary =
    total > CANARY &&
    html`<p>The first ${CANARY} go ahead. The others follow when these have succeeded; when one of them dies again, or ${CANARY_MS / 60_000} minutes say neither, they stay where they are.</p>`;
  const text =
    act === 'redrive'
      ? html`<p>Sends back ${words}. Each is handled as if it had just come, with its tries beginning at one.</p>${canary}`
      : html`<p>Deletes ${words}, <b>for good</b>: whatever was to be done is never done.</p>`;
  const button =
    act === 'redrive'
      ? html`<button class="primary">Send back</button>`
      : html`<button class="danger">Discard for good</button>`;
  return confirmation({
    title: act === 'redrive' ? 'Send back?' : 'Discard?',
    ...{ text, button, formToken, to: path`/dead-letters/${queue}/${act}`, back: queuePath(queue) },
    fields: [...hiddenFields(query), ['letters', String(total)]],
  });
}

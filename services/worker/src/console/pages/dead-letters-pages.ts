import type { DeadLetters } from '@postern/sqs';
import { readsBodies } from '../../dead-letters/letter-filter.ts';
import { BODIES_READ, type LetterRegister } from '../../dead-letters/letter-register.ts';
import type { RegisteredLetter } from '../../dead-letters/letter-row.ts';
import type { Operations } from '../../dead-letters/operations.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { listOf, narrowed, queuePath } from '../views/dead-letter-links.ts';
import { filterForm, letterFacts, letterGroups, lettersTable, queuesTable } from '../views/dead-letter-views.ts';
import { actForm, count, head, link, older } from '../views/parts.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute, get, page } from '../web/console-route.ts';
import { filterIn, letterPlaceIn } from './dead-letter-query.ts';

/** SQS cannot be listed: letters are received to be seen, ten at a time. So many make a page in a fraction of a second. */
const LOOKED_AT = 500;
const SHOWN = 50;
const GROUPS = 20;

export interface DeadLettersParts {
  letters: DeadLetters;
  register: LetterRegister;
  operations: Operations;
}

/** What was given up: by queue, by cause, and each letter, as the register has it. */
export function deadLettersPages(parts: DeadLettersParts): ConsoleRoute[] {
  const { letters, register } = parts;
  return [
    get('/dead-letters', async () => {
      const [inSqs, known] = await Promise.all([letters.counts(), register.counts()]);
      const counts = inSqs.map(({ queue, letters: many }) => ({ queue, many, known: known.get(queue)?.dead ?? 0 }));
      return page(
        '/dead-letters',
        'Dead letters',
        html`${head('Dead letters', html`<a class="button" href="${path`/operations`}">Operations</a>`)}<p class="lead">Messages that were given up. Each keeps its id: what had succeeded with it is not done again when it is sent back.</p>
${queuesTable(counts)}`,
      );
    }),
    get('/dead-letters/:queue', (request) => queuePage(parts, request)),
    get('/dead-letters/:queue/letters/:id', async ({ params, operator, now }) => {
      const queue = requireQueue(letters, params.queue);
      const letter = await requireLetter(parts, queue, params.id ?? '');
      const { letterId: id } = letter;
      return page(
        '/dead-letters',
        `Dead letter ${id}`,
        html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')} / ${link(queuePath(queue), queue)}</p>
${head(
  letter.type === '' ? 'A message without a type' : letter.type,
  operator.role === 'act' &&
    letter.state === 'dead' &&
    html`<form action="${path`/dead-letters/${queue}/confirm`}" class="actions"><input type="hidden" name="id" value="${id}">
<button name="act" value="redrive" class="primary">Send back…</button><a class="button" href="${path`/dead-letters/${queue}/letters/${id}/edit`}">Edit…</a><button name="act" value="discard">Discard…</button></form>`,
)}${letterFacts(letter, now)}`,
      );
    }),
  ];
}

/** @throws ConsoleFault for a queue that does not exist */
export function requireQueue(letters: DeadLetters, queue: string | undefined): string {
  if (queue !== undefined && letters.queues.includes(queue)) return queue;
  throw new ConsoleFault(404, `There is no such queue: there are ${letters.queues.join(', ')}.`);
}

/** A letter as the register has it, once it was looked for. @throws ConsoleFault when there is none */
export async function requireLetter(parts: DeadLettersParts, queue: string, id: string): Promise<RegisteredLetter> {
  let letter = await parts.register.find(queue, id);
  if (!letter) {
    await look(parts, queue);
    letter = await parts.register.find(queue, id);
  }
  if (letter) return letter;
  throw new ConsoleFault(404, `The queue ${queue} has no dead letter ${id}: it may have been sent back already.`);
}

/** Where SQS has more than the register knows, as it moves letters itself, the first of them are looked at. */
async function look({ letters, register }: DeadLettersParts, queue: string): Promise<{ inSqs: number; known: number }> {
  const counted = async () => {
    const { dead = 0, acted = 0 } = (await register.counts()).get(queue) ?? {};
    return dead + acted;
  };
  const inSqs = (await letters.counts()).find((each) => each.queue === queue)?.letters ?? 0;
  if (inSqs <= (await counted())) return { inSqs, known: inSqs };
  await letters.pass(queue, (some) => register.seen(queue, some), { most: LOOKED_AT });
  return { inSqs, known: await counted() };
}

async function queuePage(parts: DeadLettersParts, { params, query, operator, formToken, now }: ConsoleRequest) {
  const { letters, register, operations } = parts;
  const queue = requireQueue(letters, params.queue);
  const asked = filterIn(query);
  const filter = await register.bounded(queue, asked);
  const { inSqs, known } = await look(parts, queue);
  const [total, groups, found, surveying] = await Promise.all([
    register.count(queue, {}),
    // Bodies are searched once a page: that is what takes time.
    readsBodies(asked) ? [] : register.groups(queue, filter, GROUPS),
    register.list(queue, filter, { after: letterPlaceIn(query), limit: SHOWN + 1 }),
    operations.isUnderWay('survey', queue),
  ]);
  const shown = found.slice(0, SHOWN);
  const last = shown.at(-1);
  const filtered = Object.keys(asked).length > 0;
  const may = operator.role === 'act';
  const next = found.length > SHOWN && last ? narrowed(listOf(queue, last), query) : undefined;
  const unknown = inSqs - known;
  return page(
    '/dead-letters',
    `Dead letters of ${queue}`,
    html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')}</p><h1>${queue} <span>${count(total)} ${total === 1 ? 'letter' : 'letters'}</span></h1>
${unknown > 0 && unknownNotice(queue, { unknown, surveying, may, formToken })}
${total > 0 && filterForm(queue, query, groups)}
${filter !== asked && html`<p class="quiet">Bodies were searched of the ${count(BODIES_READ)} letters that died last. An id of a user, letter or trace is looked up among all.</p>`}
${shown.length === 0 && empty(queue, filtered)}
${(groups.length > 0 || shown.length > 0) && letterGroups(queue, groups, query, { may, now, total, filtered })}
${shown.length > 0 && lettersTable(queue, shown, may, now)}${older(next)}`,
  );
}

function unknownNotice(
  queue: string,
  { unknown, surveying, may, formToken }: { unknown: number; surveying: boolean; may: boolean; formToken: string },
): Html {
  const text = html`<p>SQS counts about ${count(unknown)} more letters, which it has moved itself or which were given up before this release. They are not listed yet.</p>`;
  const button = surveying
    ? html`<p>${link(path`/operations`, 'The queue is being gone through.')}</p>`
    : may && actForm(path`/dead-letters/${queue}/survey`, formToken, html`<button>Go through the queue</button>`);
  return html`<div class="notice">${text}${button}</div>`;
}

function empty(queue: string, filtered: boolean): Html {
  if (filtered) return html`<div class="empty"><p>No letter fits. ${link(queuePath(queue), 'Show all')}</p></div>`;
  return html`<div class="empty"><p>Nothing was given up here. A message that cannot be handled would be listed with its reason.</p></div>`;
}

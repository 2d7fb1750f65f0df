import type { DeadLetterSurvey, DeadLetters } from '@postern/sqs';
import { type Html, html, path } from '../../mail/content/html.ts';
import { letterFacts, letterGroups, lettersTable } from '../views/dead-letter-views.ts';
import { choice, count, field, link, table } from '../views/parts.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute } from '../web/console-route.ts';
import { type FILTER_FIELDS, filterIn, queuePath } from './dead-letter-query.ts';

/** SQS cannot be listed: letters are received to be seen, ten at a time. So many make a page in a fraction of a second. */
const LOOKED_AT = 500;
/** One letter is worth a longer search. */
const SEARCHED = 5_000;
const SHOWN = 50;
const SECTION = { kind: 'page', section: '/dead-letters' } as const;

/** What was given up: by queue, by cause, and each letter. */
export function deadLettersPages(letters: DeadLetters): ConsoleRoute[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters',
      handle: async () => ({
        ...SECTION,
        title: 'Dead letters',
        body: html`<h1>Dead letters</h1><p class="lead">Messages that were given up. Each keeps its id: what had succeeded with it is not done again when it is sent back.</p>
${queuesTable(await letters.counts())}`,
      }),
    },
    { method: 'GET', path: '/dead-letters/:queue', handle: (request) => queuePage(letters, request) },
    {
      method: 'GET',
      path: '/dead-letters/:queue/letters/:id',
      handle: async ({ params, operator, now }) => {
        const queue = knownQueue(letters, params.queue);
        const id = params.id ?? '';
        const [letter] = (await letters.survey(queue, { ids: [id] }, SEARCHED)).letters;
        if (!letter) {
          throw new ConsoleFault(
            404,
            `The queue ${queue} has no dead letter ${id}: it may have been sent back already.`,
          );
        }
        return {
          ...SECTION,
          title: `Dead letter ${id}`,
          body: html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')} / ${link(queuePath(queue), queue)}</p>
<h1>${letter.type === '' ? 'A message without a type' : letter.type}</h1>${letterFacts(letter, now)}
${
  operator.role === 'act' &&
  html`<form action="${path`/dead-letters/${queue}/confirm`}" class="actions"><input type="hidden" name="id" value="${id}">
<button name="act" value="redrive" class="primary">Send back…</button><button name="act" value="discard">Discard…</button></form>`
}`,
        };
      },
    },
  ];
}

/** @throws ConsoleFault for a queue that there is not */
export function knownQueue(letters: DeadLetters, queue: string | undefined): string {
  if (queue !== undefined && letters.queues.includes(queue)) return queue;
  throw new ConsoleFault(404, `There is no such queue: there are ${letters.queues.join(', ')}.`);
}

function queuesTable(counts: readonly { queue: string; letters: number }[]): Html {
  return table({
    caption: 'Dead letters by queue',
    captionHidden: true,
    columns: [{ label: 'Queue' }, { label: 'Dead letters', number: true }],
    rows: counts.map(({ queue, letters }) => [
      link(queuePath(queue), queue),
      letters > 0 ? html`<span class="bad">${count(letters)}</span>` : '0',
    ]),
    empty: html`<p>There is no queue yet.</p>`,
  });
}

async function queuePage(letters: DeadLetters, { params, query, operator, now }: ConsoleRequest) {
  const queue = knownQueue(letters, params.queue);
  const filter = filterIn(query);
  const survey = await letters.survey(queue, filter, LOOKED_AT);
  const found = survey.letters.toSorted((a, b) => diedAt(b) - diedAt(a));
  const filtered = Object.keys(filter).length > 0;
  const may = operator.role === 'act';
  return {
    ...SECTION,
    title: `Dead letters of ${queue}`,
    body: html`<p class="crumb">${link(path`/dead-letters`, 'Dead letters')}</p><h1>${queue}</h1>
${survey.total > 0 && filterForm(queue, query, survey)}
${found.length === 0 && empty(queue, survey, filtered)}
${found.length > 0 && letterGroups(queue, found, query, may, now)}
${found.length > 0 && lettersTable(queue, found.slice(0, SHOWN), may, now)}
<p class="quiet">${extent(survey, found.length)}</p>`,
  };
}

function diedAt({ lastAt, sentAt }: { lastAt: Date | undefined; sentAt: Date }): number {
  return (lastAt ?? sentAt).getTime();
}

function filterForm(queue: string, query: URLSearchParams, { letters }: DeadLetterSurvey): Html {
  const value = (name: (typeof FILTER_FIELDS)[number]) => query.get(name) ?? '';
  const known = (values: readonly string[], chosen: string) =>
    [...new Set([...values, chosen])].filter((each) => each !== '').sort();
  const types = known(
    letters.map(({ type }) => type),
    value('type'),
  );
  const reasons = known(
    letters.map(({ reason }) => reason),
    value('reason'),
  );
  return html`<form class="filter" action="${queuePath(queue)}">
${choice('type', 'Type', types, value('type'))}${choice('reason', 'Reason', reasons, value('reason'))}
${field('text', 'User or text in the body', value('text'), 'A user’s id, an address')}
<label>Since (UTC)<input type="datetime-local" name="since" value="${value('since')}"></label>
<label>Before (UTC)<input type="datetime-local" name="before" value="${value('before')}"></label>
<button>Filter</button></form>`;
}

function empty(queue: string, { looked, total }: DeadLetterSurvey, filtered: boolean): Html {
  if (filtered) return html`<div class="empty"><p>No letter fits. ${link(queuePath(queue), 'Show all')}</p></div>`;
  if (total > looked) {
    return html`<div class="empty"><p>Somebody looks through these letters at the moment, which hides them from others. ${link(queuePath(queue), 'Look again')}</p></div>`;
  }
  return html`<div class="empty"><p>Nothing was given up here. A message that cannot be handled would be listed with its reason.</p></div>`;
}

/** What a page of a queue that cannot be listed covers. */
function extent({ looked, total }: DeadLetterSurvey, found: number): string {
  const shown = found > SHOWN ? `The ${SHOWN} that died last are listed. ` : '';
  if (looked >= total) return total === 0 ? '' : `${shown}All ${count(total)} letters were searched.`;
  return `${shown}${count(looked)} of about ${count(total)} letters were searched: SQS shows no more at a time. An action on a type and reason covers all of them.`;
}

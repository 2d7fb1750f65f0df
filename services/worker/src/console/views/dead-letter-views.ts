import { redactBody } from '@postern/events';
import { FRAME_ENCODING } from '@postern/sqs';
import type { LetterGroup } from '../../dead-letters/letter-register.ts';
import type { RegisteredLetter } from '../../dead-letters/letter-row.ts';
import { knownMessages } from '../../jobs/index.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { listOf, narrowed, questionAbout, queuePath } from './dead-letter-links.ts';
import { amount, choice, count, facts, field, link, numbers, table, time, wide } from './parts.ts';

export function queuesTable(counts: readonly { queue: string; many: number; known: number }[]): Html {
  return table({
    caption: 'Dead letters by queue',
    captionHidden: true,
    columns: ['Queue', numbers('Waiting for a decision'), wide(numbers('In SQS'))],
    rows: counts.map(({ queue, many, known }) => [
      link(queuePath(queue), queue),
      known > 0 ? html`<span class="bad">${count(known)}</span>` : amount(0),
      many > known ? html`<span class="bad">${count(many)}</span>` : amount(many),
    ]),
    empty: html`<p>There is no queue yet.</p>`,
  });
}

export function filterForm(queue: string, query: URLSearchParams, groups: readonly LetterGroup[]): Html {
  const value = (name: string) => query.get(name) ?? '';
  const known = (values: readonly string[], chosen: string) =>
    [...new Set([...values, chosen])].filter((each) => each.trim() !== '').sort();
  const types = known(
    groups.map(({ type }) => type),
    value('type'),
  );
  const reasons = known(
    groups.map(({ reason }) => reason),
    value('reason'),
  );
  return html`<form class="filter long" action="${queuePath(queue)}">
${choice('type', 'Type', types, value('type'))}${choice('reason', 'Reason', reasons, value('reason'))}
${field('text', 'User, id or text in the body', value('text'), 'A user’s id, an address')}
<label>Since (UTC)<input type="datetime-local" name="since" value="${value('since')}"></label>
<label>Before (UTC)<input type="datetime-local" name="before" value="${value('before')}"></label>
<button class="primary">Filter</button></form>`;
}

interface GroupsView {
  may: boolean;
  now: Date;
  /** Letters of the queue, whatever they are narrowed to. */
  total: number;
  filtered: boolean;
}

/** Letters that died of the same together, the most first. */
export function letterGroups(
  queue: string,
  groups: readonly LetterGroup[],
  query: URLSearchParams,
  { may, now, total, filtered }: GroupsView,
): Html {
  const all = filtered ? 'Send back all that fit…' : `Send back all ${count(total)}…`;
  const scope = filtered ? '' : 'all';
  const byCause = table({
    caption: 'By cause',
    columns: [
      'Type',
      numbers('Letters'),
      wide('Newest'),
      wide('Error'),
      ...(may ? [{ label: html`<span class="unseen">Do</span>`, tight: true }] : []),
    ],
    rows: groups.map(({ fingerprint, type, reason, error, letters, newest }) => [
      html`${link(narrowed(listOf(queue), query, { fingerprint }), type || '(none)')}<small>${reason}</small>`,
      count(letters),
      time(newest, now),
      firstLine(error),
      ...(may
        ? [
            html`<a href="${narrowed(questionAbout(queue, 'redrive'), query, { fingerprint })}" aria-label="Send back all of type ${type}, given up for ${reason}">Send back…</a>`,
          ]
        : []),
    ]),
    empty: '',
  });
  return html`${groups.length > 0 && byCause}${may && html`<p class="actions"><a class="button" href="${narrowed(questionAbout(queue, 'redrive', scope), query)}">${all}</a> <a class="button" href="${narrowed(questionAbout(queue, 'discard', scope), query)}">${filtered ? 'Discard all that fit…' : 'Discard all…'}</a></p>`}`;
}

/** Letters to choose from. */
export function lettersTable(queue: string, letters: readonly RegisteredLetter[], may: boolean, now: Date): Html {
  const box = ({ letterId, id }: RegisteredLetter) =>
    html`<input type="checkbox" name="id" value="${letterId}" aria-label="Choose ${id}">`;
  const all = html`<input type="checkbox" data-all hidden aria-label="Choose all on this page">`;
  const list = table({
    caption: 'Letters',
    columns: [
      ...(may ? [{ label: all, boxes: true }] : []),
      'Letter',
      'Given up',
      wide(numbers('Tries')),
      wide('Error'),
    ],
    rows: letters.map((letter) => {
      const { id, letterId, type, reason, diedAt, attempts, error } = letter;
      return [
        ...(may ? [box(letter)] : []),
        html`<a href="${path`/dead-letters/${queue}/letters/${letterId}`}"><code>${id}</code></a><small>${type === '' ? reason : `${type} · ${reason}`}</small>`,
        time(diedAt, now),
        String(attempts),
        firstLine(error),
      ];
    }),
    empty: '',
  });
  if (!may) return list;
  return html`<form action="${path`/dead-letters/${queue}/confirm`}">${list}<div class="actions">
<button name="act" value="redrive" class="primary">Send back chosen…</button><button name="act" value="discard">Discard chosen…</button></div></form>`;
}

const STATES = { dead: 'It waits for a decision', sent: 'Sent back', discarded: 'Discarded' } as const;

/** Everything about one letter but whom it is about. */
export function letterFacts(letter: RegisteredLetter, now: Date): Html {
  const {
    id,
    queue,
    state,
    reason,
    error,
    attempts,
    handler,
    sentAt,
    firstAt,
    diedAt,
    groupId,
    traceparent,
    messages,
  } = letter;
  const trace = traceparent?.split('-')[1];
  const body =
    letter.encoding === FRAME_ENCODING
      ? `A frame of ${messages} messages: sent back, those that fail again come back one by one.`
      : redactBody(letter.body, knownMessages);
  return html`${facts([
    ['Letter', html`<code>${id}</code>`],
    ['State', STATES[state]],
    ['Queue', queue],
    ['Given up for', reason],
    ['Tries', String(attempts)],
    ['Handler', handler ?? '–'],
    ['Sent', time(sentAt, now)],
    ['First received', time(firstAt, now)],
    ['Failed last', time(diedAt, now)],
    ...(groupId === undefined ? [] : [['Group', groupId] as const]),
    ...(trace === undefined ? [] : [['Trace', link(path`/trace?id=${trace}`, html`<code>${trace}</code>`)] as const]),
  ])}
<h2>Last error</h2><pre>${error ?? 'None: SQS moved it, because its consumer ended with it each time.'}</pre>
<h2>Body</h2><p class="quiet">Texts are hidden but ids, times and listed values; <code>worker dead-letters show</code> has all of it.</p><pre tabindex="0" aria-label="Body">${body}</pre>`;
}

function firstLine(text: string | undefined): string {
  const [line = ''] = (text ?? '–').split('\n');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

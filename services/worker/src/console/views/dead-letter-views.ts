import { redactBody } from '@postern/events';
import { type DeadLetter, FRAME_ENCODING } from '@postern/sqs';
import { type Html, html, path } from '../../mail/content/html.ts';
import { count, facts, link, table, time } from './parts.ts';

/** Letters of one cause together, the most first. */
export function letterGroups(
  queue: string,
  letters: readonly DeadLetter[],
  query: URLSearchParams,
  may: boolean,
  now: Date,
): Html {
  const groups = Map.groupBy(letters, ({ type, reason }) => JSON.stringify([type, reason]));
  const rows = [...groups.values()].sort((a, b) => b.length - a.length);
  const kept = (name: string) => query.get(name) ?? '';
  return table({
    caption: 'By type and reason',
    columns: [
      { label: 'Type' },
      { label: 'Letters', number: true },
      { label: 'Newest', wide: true },
      { label: 'Last error', wide: true },
      ...(may ? [{ label: html`<span class="unseen">Do</span>`, tight: true }] : []),
    ],
    rows: rows.map((group) => {
      const [{ type, reason, error, lastAt, sentAt }] = group as [DeadLetter, ...DeadLetter[]];
      const only = path`/dead-letters/${queue}?type=${type}&reason=${reason}&text=${kept('text')}&since=${kept('since')}&before=${kept('before')}`;
      const confirm = path`/dead-letters/${queue}/confirm?act=redrive&type=${type}&reason=${reason}&text=${kept('text')}&since=${kept('since')}&before=${kept('before')}`;
      // A field of a form has no empty value, and none with space around it: such a link would mean every type, and send others back.
      const nameable = [type, reason].every((text) => text !== '' && text === text.trim());
      return [
        html`${nameable ? link(only, type) : type || '(none)'}<small>${reason}</small>`,
        count(group.length),
        time(lastAt ?? sentAt, now),
        firstLine(error),
        ...(may
          ? [
              nameable &&
                html`<a href="${confirm}" aria-label="Send back all of type ${type}, given up for ${reason}">Send back…</a>`,
            ]
          : []),
      ];
    }),
    empty: '',
  });
}

/** Letters to choose from. */
export function lettersTable(queue: string, letters: readonly DeadLetter[], may: boolean, now: Date): Html {
  const box = ({ id }: DeadLetter) => html`<input type="checkbox" name="id" value="${id}" aria-label="Choose ${id}">`;
  const all = html`<input type="checkbox" data-all hidden aria-label="Choose all on this page">`;
  const list = table({
    caption: 'Letters',
    columns: [
      ...(may ? [{ label: all, boxes: true }] : []),
      { label: 'Letter' },
      { label: 'Given up' },
      { label: 'Tries', number: true, wide: true },
      { label: 'Error', wide: true },
    ],
    rows: letters.map((letter) => {
      const { id, type, reason, lastAt, sentAt, attempts, error } = letter;
      return [
        ...(may ? [box(letter)] : []),
        html`<a href="${path`/dead-letters/${queue}/letters/${id}`}"><code>${id}</code></a><small>${type === '' ? reason : `${type} · ${reason}`}</small>`,
        time(lastAt ?? sentAt, now),
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

/** Everything about one letter but whom it is about. */
export function letterFacts(letter: DeadLetter, now: Date): Html {
  const { id, queue, reason, error, attempts, handler, sentAt, firstAt, lastAt, groupId, traceparent, messages } =
    letter;
  const body =
    letter.encoding === FRAME_ENCODING
      ? `A frame of ${messages} messages: sent back, those that fail again come back one by one.`
      : redactBody(letter.body);
  return html`${facts([
    ['Letter', html`<code>${id}</code>`],
    ['Queue', queue],
    ['Given up for', reason],
    ['Tries', String(attempts)],
    ['Handler', handler ?? '–'],
    ['Sent', time(sentAt, now)],
    ['First received', time(firstAt, now)],
    ['Failed last', time(lastAt, now)],
    ...(groupId === undefined ? [] : [['Group', groupId] as const]),
    ...(traceparent === undefined
      ? []
      : [['Trace', html`<code>${traceparent.split('-')[1] ?? traceparent}</code>`] as const]),
  ])}
<h2>Last error</h2><pre>${error ?? 'None: SQS moved it, because its consumer ended with it each time.'}</pre>
<h2 class="next">Body</h2><p class="quiet">Texts are hidden but ids, times and listed values; <code>worker dead-letters show</code> has all of it.</p><pre tabindex="0" aria-label="Body">${body}</pre>`;
}

function firstLine(text: string | undefined): string {
  const [line = ''] = (text ?? '–').split('\n');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

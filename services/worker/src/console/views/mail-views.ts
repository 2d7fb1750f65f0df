import { type Html, html, path } from '../../mail/content/html.ts';
import type { FoundMail } from '../../mail/delivery/ledger/mail-search.ts';
import type { MailState } from '../../mail/delivery/ledger/states.ts';
import { badge, facts, link, moment, numbers, type Tone, table, time, wide } from './parts.ts';

const TONES: Record<MailState, Tone> = {
  ...{ queued: 'busy', sending: 'busy', deferred: 'warn', unknown: 'warn' },
  ...{ accepted: 'good', delivered: 'good' },
  ...{ bounced: 'bad', complained: 'bad', failed: 'bad', suppressed: 'quiet', expired: 'bad' },
};

/** What a state means, in half a line. */
const MEANING: Record<MailState, string> = {
  queued: 'Waiting for its turn: a limit, a free connection, or a provider that works.',
  sending: 'A worker is sending it.',
  deferred: 'The provider has not accepted it yet; it will be tried again.',
  unknown: 'The connection broke after the body had begun: nobody can know whether the provider has it.',
  accepted: 'The provider has it. What it reports later shows here.',
  delivered: 'The recipient’s server has it.',
  bounced: 'There is no such recipient.',
  complained: 'The recipient called it spam.',
  suppressed: 'Not sent: the address is suppressed.',
  failed: 'The provider refuses it for good; it is not tried again.',
  expired: 'It expired before a provider accepted it.',
};

export function mailsTable(mails: readonly FoundMail[], now: Date, searched: boolean): Html {
  return table({
    caption: 'Mails',
    captionHidden: true,
    columns: ['Mail', 'State', 'Changed', wide('Next try'), wide(numbers('Tries')), wide('Domain'), wide('Provider')],
    rows: mails.map(({ id, mail, state, changed_at, due_at, attempts, domain, provider }) => [
      html`<a href="${path`/mails/${id}`}">${mail}</a><small><code>${id}</code></small>`,
      badge(state, TONES[state]),
      time(changed_at, now),
      time(due_at, now),
      String(attempts),
      domain,
      provider ?? '–',
    ]),
    empty: searched
      ? html`<p>No mail fits. The ledger knows addresses by their hashes: the whole address has to be right. What is done is forgotten after <code>MAIL_RETENTION_DAYS</code>; what waits on the queue is not in it yet.</p>`
      : html`<p>No mail was sent yet. Each would be listed from the moment a worker takes it up.</p>`,
  });
}

export function mailFacts(mail: FoundMail, lastReason: string | undefined, now: Date): Html {
  const { id, key, state, attempts, provider, provider_message_id, due_at, expires_at, created_at } = mail;
  const [event, listener] = key.split('/');
  return html`<p>${badge(state, TONES[state])} ${MEANING[state]}${due_at !== null && lastReason !== undefined && html` Last: <q>${lastReason}</q>`}</p>${facts(
    [
      ['Mail', html`<code>${id}</code>`],
      ['Event', link(path`/trace?id=${event ?? ''}`, html`<code>${event ?? ''}</code>`)],
      ['Listener', listener ?? '–'],
      ['Tries', String(attempts)],
      ['Next try', due_at ? time(due_at, now) : 'None: it is finished'],
      ['Expires', time(expires_at, now)],
      ['Queued', time(created_at, now)],
      ['Provider', provider ?? '–'],
      ...(provider_message_id === null ? [] : [['Provider’s id', html`<code>${provider_message_id}</code>`] as const]),
    ],
  )}`;
}

/** Each change of a mail's state with what was said, oldest first. */
export function timeline(changes: readonly { at: Date; state: string; reason: string }[], now: Date): Html {
  if (changes.length === 0) return html`<div class="empty"><p>Its history is gone.</p></div>`;
  return html`<ol class="timeline">${changes.map(
    ({ at, state, reason }) =>
      html`<li>${badge(state, TONES[state as MailState])} ${moment(at, now)}<p>${reason}</p></li>`,
  )}</ol>`;
}

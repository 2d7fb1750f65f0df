import { type Moment, noRecordOf, sinceBefore } from '@postern/durable';
import { type Html, type HtmlValue, html, path } from '../../mail/content/html.ts';
import { badge, link, moment, type Tone } from './parts.ts';

/** What a part of the way is called, and how what happened there is marked. */
const PARTS: Record<string, { name: string; tone: Tone }> = {
  request: { name: 'Request', tone: 'busy' },
  outbox: { name: 'Outbox', tone: 'warn' },
  handled: { name: 'Handled', tone: 'good' },
  listener: { name: 'Listener', tone: 'bad' },
  job: { name: 'Job', tone: 'quiet' },
  mail: { name: 'Mail', tone: 'quiet' },
  suppression: { name: 'Suppression', tone: 'bad' },
  published: { name: 'Published', tone: 'busy' },
  'dead-letter': { name: 'Dead letter', tone: 'bad' },
};

/** One time line: what has happened, then what has not. */
export function traceView(
  moments: readonly Moment[],
  { id, now, whole }: { id: string; now: Date; whole: boolean },
): Html {
  const happened = moments.filter(({ waits }) => !waits);
  const waiting = moments.filter(({ waits }) => waits);
  const part = html`<p class="quiet">${
    whole
      ? 'From the gateway’s records of requests, audit log and outbox, and from what the worker’s listeners, jobs, mails, dead letters and outbox have recorded.'
      : html`This is the worker’s part: what listeners, jobs, mails, dead letters and its outbox have recorded. The gateway’s (requests, its outbox) is shown too where <code>GATEWAY_OPS_URL</code> and <code>PEER_KEY</code> are set; <code>gateway trace</code> has it.`
  } What is in SQS at the moment cannot be listed.</p>`;
  if (moments.length === 0) {
    return html`<div class="empty"><p>Nothing is known of it, or it is past the time for which it is kept. ${noRecordOf(id)}</p></div>${part}`;
  }
  return html`${happened.length > 0 && html`<h2>What happened</h2>${line(happened, now)}`}
${waiting.length > 0 && html`<h2>Still to happen</h2>${line(waiting, now)}`}${part}`;
}

function line(moments: readonly Moment[], now: Date): Html {
  return html`<ol class="timeline">${moments.map((each, index) => entry(each, sinceBefore(moments, index), now))}</ol>`;
}

function entry({ at, part, what, ids, waits = false }: Moment, step: string, now: Date): Html {
  const { name, tone } = PARTS[part] ?? { name: part, tone: 'quiet' };
  const since = waits ? 'since ' : '';
  return html`<li>${badge(name, waits ? 'warn' : toneOf(part, what, tone))} ${step !== '' && html`<b class="step">${step}</b> `}${since}${moment(at, now)}<p class="said">${what}</p>${idList(ids)}</li>`;
}

/** Of these parts, what became of them is in their words: the first that fits. */
const TONES: Record<string, readonly (readonly [RegExp, Tone])[]> = {
  request: [
    [/ answered 5\d\d /, 'bad'],
    // Refused, as it was answered and as the audit log has it, or nobody was there any more.
    [/ answered 4\d\d | was not answered|^[a-z-]+ failure/, 'warn'],
  ],
  job: [
    [/ (is done$|ended, done:)/, 'good'],
    [/ (failed at|ended, failed)/, 'bad'],
    [/ /, 'busy'],
  ],
  listener: [[/ was asked to wait:/, 'warn']],
  mail: [
    [/ (accepted|delivered):/, 'good'],
    [/ (bounced|complained|failed|expired):/, 'bad'],
    [/ /, 'busy'],
  ],
};

function toneOf(part: string, what: string, otherwise: Tone): Tone {
  return TONES[part]?.find(([pattern]) => pattern.test(what))?.[1] ?? otherwise;
}

function idList(ids: Record<string, string>): HtmlValue {
  const entries = Object.entries(ids);
  if (entries.length === 0) return false;
  return html`<p class="ids">${entries.map(
    ([name, id]) =>
      html`<span>${name} ${link(path`/trace?id=${id}`, html`<code>${id}</code>`)}${name === 'mail' && html` ${link(path`/mails/${id}`, 'open')}`}${name === 'operation' && html` ${link(path`/operations/${id}`, 'open')}`}</span> `,
  )}</p>`;
}

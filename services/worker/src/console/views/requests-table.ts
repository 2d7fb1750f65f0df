import type { AnsweredRequest } from '@postern/durable';
import { type Html, html, path } from '../../mail/content/html.ts';
import { badge, count, link, numbers, type Tone, table, time, wide } from './parts.ts';

/** As what nobody was there to read is counted. */
const GONE = 499;

/** Requests with how they were answered, and why so if not well, each the way to its trace. */
export function requestsTable(requests: readonly AnsweredRequest[], now: Date): Html {
  return table({
    caption: 'Requests',
    captionHidden: true,
    columns: ['Request', 'Answer', wide(numbers('Took')), 'When'],
    rows: requests.map((request) => {
      const { requestId, method, route, status, tookMs, at } = request;
      // A long pattern breaks behind a slash, not within a word.
      const asked =
        route === 'unmatched'
          ? 'a path that there is not'
          : html`${route.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}`;
      return [
        html`${link(path`/trace?id=${requestId}`, html`${method} ${asked}`)}${why(request)}`,
        badge(String(status), toneOf(status)),
        `${count(tookMs)} ms`,
        time(at, now),
      ];
    }),
    empty: html`<p>No request was answered so, as far as it was asked for.</p>`,
  });
}

function toneOf(status: number): Tone {
  if (status === GONE) return 'quiet';
  return status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
}

function why({ status, failure, userId }: AnsweredRequest): Html {
  const words = failure ?? (status === GONE && 'its client had gone');
  return html`${words !== false && html`<small class="words">${words}</small>`}${userId !== undefined && html`<small>of ${link(path`/requests?person=${userId}`, html`<code>${userId}</code>`)}</small>`}`;
}

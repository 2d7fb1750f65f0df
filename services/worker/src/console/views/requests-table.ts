import type { AnsweredRequest } from '@postern/durable';
import { type Html, html, path } from '../../mail/content/html.ts';
import { badge, count, link, numbers, table, time, wide } from './parts.ts';

/** As what nobody was there to read is counted. */
const GONE = 499;

/** Requests with how they were answered and why, each the way to its trace. */
export function requestsTable(requests: readonly AnsweredRequest[], now: Date): Html {
  return table({
    caption: 'Refused or failed',
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
        badge(String(status), status >= 500 ? 'bad' : status === GONE ? 'quiet' : 'warn'),
        `${count(tookMs)} ms`,
        time(at, now),
      ];
    }),
    empty: html`<p>No request was refused or failed, as far as it was asked for.</p>`,
  });
}

function why({ status, failure, userId }: AnsweredRequest): Html {
  const words = failure ?? (status === GONE ? 'its client had gone' : '–');
  return html`<small class="words">${words}</small>${userId !== undefined && html`<small>of ${link(path`/requests?person=${userId}`, html`<code>${userId}</code>`)}</small>`}`;
}

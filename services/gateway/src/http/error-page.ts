import { type Language, messages, readersLocale } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';
import { htmlPage, paragraph } from './html-page.ts';
import { prefers } from './negotiation.ts';
import type { ProblemError } from './problem.ts';
import { OutcomeUnknown } from './problems.ts';

interface Asked {
  problem: ProblemError;
  requestId: string;
  /** Of the request: what was sent by a form cannot be loaded again by a link. */
  method: string;
  acceptLanguage: string | undefined;
  productName: string;
}

/** After these the same request may succeed. */
const AGAIN: ReadonlySet<number> = new Set([429, 500, 503]);

/** Whether an Accept header is that of a browser that opens a page, and not that of a program, which takes whatever comes. */
export function wantsPage(accept: string | undefined): boolean {
  return prefers(accept, 'text/html', 'application/json');
}

/** A problem for a person who opened a hosted page, in their language: what to do, and when. */
export function errorPage({ problem, requestId, method, acceptLanguage, productName }: Asked): {
  headers: Record<string, string>;
  body: string;
} {
  const { type, status, headers } = problem;
  const locale = readersLocale(acceptLanguage);
  const t = messages[locale.language].pages.problems;
  const unknown = type === OutcomeUnknown.type;
  const { title, advice } = unknown ? t.unknown : hasAdvice(status) ? t[status] : t.otherwise;
  const parts = [paragraph(advice(inWords(headers['retry-after'], locale.language) ?? t.soon))];
  if (AGAIN.has(status) && !unknown) {
    // An empty address is that of this page, its query included.
    const again = `<p><a href="">${escapeHtml(t.tryAgain)}</a></p>`;
    parts.push(method === 'GET' ? again : paragraph(t.sendAgain));
  }
  parts.push(paragraph(t.quote(requestId)));
  return htmlPage(title, parts.join('\n'), locale, productName);
}

function hasAdvice(status: number): status is 404 | 429 | 500 | 503 {
  return [404, 429, 500, 503].includes(status);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** `in 5 seconds`; of longer times whole minutes or hours, rounded up. Undefined where no time is known. */
function inWords(retryAfter: string | undefined, language: Language): string | undefined {
  const seconds = Number(retryAfter);
  if (retryAfter === undefined || !Number.isFinite(seconds)) return undefined;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  if (seconds < 2 * MINUTE) return words.format(seconds, 'second');
  return seconds < 2 * HOUR
    ? words.format(Math.ceil(seconds / MINUTE), 'minute')
    : words.format(Math.ceil(seconds / HOUR), 'hour');
}

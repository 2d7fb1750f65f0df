import { htmlPage, paragraph } from './html-page.ts';
import { prefers } from './negotiation.ts';
import type { ProblemError } from './problem.ts';
import { OutcomeUnknown } from './problems.ts';

interface Asked {
  problem: ProblemError;
  requestId: string;
  /** Of the request: what was sent by a form cannot be loaded again by a link. */
  method: string;
}

/** What a person can do, by status; `{wait}` is when to try again. */
const ADVICE: Readonly<Record<number, string>> = {
  404: 'This page does not exist. If a mail brought you here, open it again and follow its link, or copy all of it.',
  429: 'This was asked for too often. Please wait, and try again {wait}.',
  500: 'This is an error on our side, and it has been logged. Please try again {wait}.',
  503: 'We cannot answer at the moment. Nothing was done and nothing is lost. Please try again {wait}.',
};
const UNKNOWN =
  'The connection broke at the very moment when it was to be done. Follow the link in the mail again, or try to sign in: that shows whether it was.';
const OTHERWISE = {
  title: 'This did not work',
  advice:
    'Your browser has sent something that this page does not understand. If a mail brought you here, open it again and follow its link.',
};
/** After these the same request may succeed. */
const AGAIN: ReadonlySet<number> = new Set([429, 500, 503]);

/** Whether an Accept header is that of a browser that opens a page, and not that of a program, which takes whatever comes. */
export function wantsPage(accept: string | undefined): boolean {
  return prefers(accept, 'text/html', 'application/json');
}

/** A problem for a person who opened a hosted page: what to do, and when. */
export function errorPage({ problem, requestId, method }: Asked): { headers: Record<string, string>; body: string } {
  const { type, status, title, headers } = problem;
  const unknown = type === OutcomeUnknown.type;
  const advice = unknown ? UNKNOWN : ADVICE[status]?.replace('{wait}', inWords(headers['retry-after']));
  const parts = [paragraph(advice ?? OTHERWISE.advice)];
  if (AGAIN.has(status) && !unknown) {
    // An empty address is that of this page, its query included.
    const again = '<p><a href="">Try again</a></p>';
    parts.push(
      method === 'GET' ? again : paragraph('To try again, go back in your browser and send the form once more.'),
    );
  }
  parts.push(paragraph(`When you ask for help, quote this number: ${requestId}`));
  return htmlPage(advice === undefined ? OTHERWISE.title : title, parts.join('\n'));
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** `in 5 seconds`; of longer times whole minutes or hours, rounded up. */
function inWords(retryAfter: string | undefined): string {
  const seconds = Number(retryAfter);
  if (retryAfter === undefined || !Number.isFinite(seconds)) return 'in a moment';
  const [count, unit] =
    seconds < 2 * MINUTE
      ? [seconds, 'second']
      : seconds < 2 * HOUR
        ? [Math.ceil(seconds / MINUTE), 'minute']
        : [Math.ceil(seconds / HOUR), 'hour'];
  return `in ${count} ${unit}${count === 1 ? '' : 's'}`;
}

import { errorMessage } from '../text/errors.ts';

/**
 * Why a call by `fetch` failed: `ECONNREFUSED (connect ECONNREFUSED 127.0.0.1:3001)`, `timed out`. What happened on the network is in the
 * error's cause: its own message is `fetch failed`, or quotes the URL with all that is in it. Any other error in its own words.
 *
 * @param error what `fetch`, or reading its answer, has thrown
 */
export function fetchFailure(error: unknown): string {
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return 'timed out';
  if (!(error instanceof TypeError)) return errorMessage(error);
  if (!(cause instanceof Error)) return 'nothing was sent, as fetch refuses the URL or an option';
  const { code } = cause as { code?: unknown };
  if (typeof code !== 'string') return errorMessage(cause);
  return `${code.includes('TIMEOUT') ? 'timed out, ' : ''}${code} (${errorMessage(cause)})`;
}

import { currentTraceparent, fetchFailure } from '@postern/runtime';
import { HandlerTimeoutError, PermanentError, RetryLater } from '@postern/sqs';

interface CallOptions extends RequestInit {
  /** What is sent as JSON; the method is POST then, unless it is said. */
  json?: unknown;
}

/** Calls somebody else's API; its answer is one that a handler can go on with. */
export type CallOutside = (url: string | URL, options?: CallOptions) => Promise<Response>;

/** What no further try can change, as it is the request that is wrong (RFC 9110, 15.5). Rights and addresses may be put right in the meantime. */
const REFUSED_FOR_GOOD: readonly number[] = [400, 405, 406, 410, 411, 413, 414, 415, 422];
const LATER_MS = { otherwise: 60_000, least: 1_000, most: 3_600_000 };

/**
 * `fetch` for the one try of a handler: it ends with the try, and an answer that is not a success is thrown as what the queue decides by. A
 * server that asks for time (429) is waited for, as long as its Retry-After says, within 1 second and an hour, and that uses up no try; what it refuses for good is a
 * dead letter at once; any other is a failed try, and so is one that points elsewhere: no redirect is followed unless `redirect` says so.
 *
 * It throws RetryLater, PermanentError (`outside-refused`) or an error that names the host and the status, or why there is none
 * (`ENOTFOUND`, `ECONNREFUSED`, timed out), and nothing of the request.
 */
export function callOutside(signal: AbortSignal, send: CallOutside): CallOutside {
  return async (url, { json, headers, ...rest } = {}) => {
    const sent = new Headers(headers);
    if (json !== undefined && !sent.has('content-type')) sent.set('content-type', 'application/json');
    const host = hostOf(url);
    const response = await send(url, {
      // Where the partner points to may be inside our own network (ASVS 5.0, 15.3.2).
      redirect: 'manual',
      ...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
      ...rest,
      headers: sent,
      signal: rest.signal ? AbortSignal.any([signal, rest.signal]) : signal,
    }).catch((error: unknown) => {
      throw unanswered(host, error);
    });
    if (response.ok) return response;
    // Unread, it would keep its connection.
    await response.body?.cancel();
    const answer = `${host} answered ${response.status}`;
    if (response.status === 429) throw new RetryLater(answer, { delayMs: waitOf(response) });
    if (REFUSED_FOR_GOOD.includes(response.status)) throw new PermanentError('outside-refused', answer);
    throw new Error(answer);
  };
}

/**
 * `fetch` that hands the trace on (W3C Trace Context), as instrumented ones do, to whichever host: two random ids, of which nobody but us can
 * make anything. A `traceparent` of the caller's own stays.
 *
 * @param given the trace of the message, which goes on where no span of ours runs
 */
export function tracedFetch(given: string | undefined, send: CallOutside = fetch): CallOutside {
  return (url, options = {}) => {
    const headers = new Headers(options.headers);
    const traceparent = currentTraceparent(given);
    if (traceparent !== undefined && !headers.has('traceparent')) headers.set('traceparent', traceparent);
    return send(url, { ...options, headers });
  };
}

/** @throws an error without the address, which may have a secret in it, for one that is none */
function hostOf(url: string | URL): string {
  if (!URL.canParse(url)) throw new Error('the address that was to be called is not a URL');
  return new URL(url).host;
}

/**
 * With the network's reason, and without what `fetch` quotes of the address. The end of the try and a handler's own signal have nothing to
 * do with the network, but the host that was waited for is named.
 */
function unanswered(host: string, error: unknown): unknown {
  if (error instanceof HandlerTimeoutError) return new HandlerTimeoutError(error.limitMs, `${host} did not answer`);
  const { name, cause } = error as { name?: string; cause?: unknown };
  if (name !== 'TimeoutError' && !(error instanceof TypeError)) return error;
  return new Error(`${host} did not answer: ${fetchFailure(error)}`, { cause });
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds. */
function waitOf(response: Response): number {
  const said = response.headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - Date.now();
  if (Number.isNaN(ms)) return LATER_MS.otherwise;
  return Math.min(LATER_MS.most, Math.max(LATER_MS.least, ms));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentTraceparent, readCookie, traceIdOf } from '@postern/runtime';
import type { ClientAddresses } from './client-addresses.ts';
import type { RequestContext } from './route.ts';
import { continueTrace, newRequestId } from './trace-context.ts';

/** As long as the audit log has room for. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,99}$/;
const MAX_USER_AGENT = 512;
const MAX_ACCEPT_LANGUAGE = 256;

/** The context of one request. What most requests never ask for is made when it is asked for. */
export class HttpRequestContext implements RequestContext {
  readonly requestId: string;
  readonly traceparent: string;
  readonly startedAt: number;
  readonly productName: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #addresses: ClientAddresses;
  #signal: AbortSignal | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { addresses, productName }: { addresses: ClientAddresses; productName: string },
  ) {
    const { headers } = request;
    this.productName = productName;
    this.startedAt = performance.now();
    const given = headers['x-request-id'];
    const trace = typeof headers.traceparent === 'string' ? headers.traceparent : undefined;
    const running = currentTraceparent();
    const place = running === undefined ? continueTrace(trace) : { traceId: traceIdOf(running), traceparent: running };
    this.traceparent = place.traceparent;
    // A given id goes into logs and into the answer: only what cannot break either is taken over. Otherwise the trace that begins
    // here gives its name to the request, so that one search finds it in the audit log and in both services' logs.
    if (typeof given === 'string' && REQUEST_ID.test(given)) this.requestId = given;
    else this.requestId = (trace === undefined ? place.traceId : undefined) ?? newRequestId();
    this.#request = request;
    this.#response = response;
    this.#addresses = addresses;
  }

  get address(): string {
    return this.#addresses.of(this.#request);
  }

  get userAgent(): string {
    return (this.#request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT);
  }

  get acceptLanguage(): string | undefined {
    return this.#request.headers['accept-language']?.slice(0, MAX_ACCEPT_LANGUAGE);
  }

  cookie(name: string): string | undefined {
    return readCookie(this.#request.headers.cookie, name);
  }

  get signal(): AbortSignal {
    if (!this.#signal) {
      const controller = new AbortController();
      const response = this.#response;
      if (response.destroyed && !response.writableFinished) controller.abort(new Error('the client has gone away'));
      else {
        response.once('close', () => {
          if (!response.writableFinished) controller.abort(new Error('the client has gone away'));
        });
      }
      this.#signal = controller.signal;
    }
    return this.#signal;
  }
}

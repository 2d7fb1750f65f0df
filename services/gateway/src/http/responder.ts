import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  CommitOutcomeUnknown,
  isRetryable,
  isUnavailable,
  type Logger,
  RecurringWarnings,
  SystemClock,
} from '@postern/runtime';
import type { Cors } from './cors.ts';
import { errorPage, wantsPage } from './error-page.ts';
import { ProblemError } from './problem.ts';
import { InternalError, OutcomeUnknown, Unavailable } from './problems.ts';
import type { HttpRequestContext } from './request-context.ts';
import type { RouteMetrics } from './request-metrics.ts';
import type { Reply } from './route.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';
const RETRY_SECONDS = '5';

/** One request on its way through the platform. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  context: HttpRequestContext;
  metrics: RouteMetrics;
  /** Headers that the platform adds to whatever the answer will be (rate limits). */
  headers: Record<string, string> | undefined;
  /** Whether people open it in a browser: problems are pages then, where its Accept says so. */
  forPeople: boolean;
}

export interface ResponderOptions {
  /** Sent with every answer; a reply's own headers win. */
  headers: Record<string, string>;
  cors: Cors;
  /** `${PUBLIC_URL}/problems/`: where the types of problems point to. */
  problemBase: string;
  logger: Logger;
  /** A line for each request, at level debug; off by default, since a line costs as much as the request. */
  logRequests: boolean;
}

/** Writes answers: status, flat headers and a prepared body in one call. */
export class Responder {
  readonly #options: ResponderOptions;
  /** An outage fails every request: a line for each would cost more than serving it. */
  readonly #warnings: RecurringWarnings;
  #draining = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#warnings = new RecurringWarnings({ logger: options.logger, clock: new SystemClock() });
  }

  /** From now on every answer asks the client to close its connection, so that the process can stop. */
  drain(): void {
    this.#draining = true;
  }

  send(exchange: Exchange, reply: Reply): void {
    const { body } = reply;
    if (body === undefined) this.#write(exchange, reply.status, undefined, undefined, reply.headers);
    else if (typeof body === 'string' || body instanceof Uint8Array) {
      this.#write(exchange, reply.status, 'text/plain; charset=utf-8', body, reply.headers);
    } else this.#write(exchange, reply.status, JSON_TYPE, JSON.stringify(body), reply.headers);
  }

  /** Answers with a problem; whatever is no `ProblemError` is a 503 when the database is away, and else our mistake. */
  sendError(exchange: Exchange, error: unknown): void {
    const { signal } = exchange.context;
    // Nobody is there to read an answer; 499 is what nginx counts it as.
    if (signal.aborted && error === signal.reason) {
      exchange.metrics.observe(499, exchange.context.startedAt);
      return;
    }
    const problem = this.#toProblem(exchange, error);
    const { status, type, title, detail, errors, headers } = problem;
    const { request, context } = exchange;
    if (exchange.forPeople && wantsPage(request.headers.accept)) {
      const page = errorPage({ problem, requestId: context.requestId, method: request.method ?? 'GET' });
      this.#write(exchange, status, undefined, page.body, { ...headers, ...page.headers });
      return;
    }
    const body = {
      type: this.#options.problemBase + type,
      title,
      status,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      request_id: context.requestId,
    };
    this.#write(exchange, status, PROBLEM_TYPE, JSON.stringify(body), headers);
  }

  #toProblem({ context }: Exchange, error: unknown): ProblemError {
    if (error instanceof ProblemError) return error;
    const { logger } = this.#options;
    if (error instanceof CommitOutcomeUnknown) {
      logger.error('a request ended without an answer to its COMMIT', { request_id: context.requestId, error });
      return OutcomeUnknown.error({ headers: { 'retry-after': RETRY_SECONDS } });
    }
    // A transaction that lost against others five times has done nothing, and may do better later.
    if (isUnavailable(error) || isRetryable(error)) {
      const { name, code } = error as { name?: unknown; code?: unknown };
      this.#warnings.warn(`${name} ${code}`, 'a request failed because the database cannot be reached or used', {
        request_id: context.requestId,
        error,
      });
      return Unavailable.error({ headers: { 'retry-after': RETRY_SECONDS } });
    }
    logger.error('a request failed', { request_id: context.requestId, traceparent: context.traceparent, error });
    return InternalError.error();
  }

  #log(
    { requestId, traceparent, startedAt }: HttpRequestContext,
    { method, route }: RouteMetrics,
    status: number,
  ): void {
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    this.#options.logger.debug('request', { request_id: requestId, traceparent, method, route, status, ms });
  }

  #write(
    { request, response, context, metrics, headers: added }: Exchange,
    status: number,
    type: string | undefined,
    body: string | Uint8Array | undefined,
    own: Record<string, string> | undefined,
  ): void {
    if (response.headersSent || response.destroyed) {
      metrics.observe(status, context.startedAt);
      return;
    }
    const { headers: base, cors } = this.#options;
    // Plain properties set one after the other stay cheap; spreading five objects does not.
    const headers: Record<string, string | number> = { ...base };
    headers['x-request-id'] = context.requestId;
    headers.traceparent = context.traceparent;
    if (type !== undefined) headers['content-type'] = type;
    if (cors.enabled) Object.assign(headers, cors.headers(request.headers.origin));
    if (added) Object.assign(headers, added);
    if (own) Object.assign(headers, own);
    if (this.#draining) headers.connection = 'close';
    if (body !== undefined)
      headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    else if (status !== 204 && status !== 304) headers['content-length'] = 0;
    response.writeHead(status, headers);
    response.end(body);
    metrics.observe(status, context.startedAt);
    if (this.#options.logRequests) this.#log(context, metrics, status);
  }
}

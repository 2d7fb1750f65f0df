import type { Logger } from '@postern/runtime';
import type { Cors } from './cors.ts';
import { errorPage, wantsPage } from './error-page.ts';
import type { Exchange } from './exchange.ts';
import { BLANK_TYPE } from './problem.ts';
import { ProblemMapper } from './problem-mapper.ts';
import type { RequestRecords } from './records/request-records.ts';
import type { Reply } from './route.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

interface ResponderOptions {
  /** Sent with every answer; a reply's own headers win. */
  headers: Record<string, string>;
  cors: Cors;
  /** `${PUBLIC_URL}/problems/`: where the types of problems point to. */
  problemBase: string;
  logger: Logger;
  /** A line for each request, at level debug; off by default, since a line costs as much as the request. */
  logRequests: boolean;
  /** Keeps what was answered, for traces. */
  records: RequestRecords | undefined;
}

/** Writes answers: status, flat headers and a prepared body in one call. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #mapper: ProblemMapper;
  #draining = false;

  constructor(options: ResponderOptions) {
    this.#options = options;
    this.#mapper = new ProblemMapper(options.logger);
  }

  /** From now on every answer asks the client to close its connection, so that the process can stop. */
  drain(): void {
    this.#draining = true;
  }

  /** What every answer has: security headers, the request's id and trace, CORS. */
  headersOf({ request, context }: Exchange): Record<string, string> {
    const { headers: base, cors } = this.#options;
    // Plain properties set one after the other stay cheap; spreading five objects does not.
    const headers: Record<string, string> = { ...base };
    headers['x-request-id'] = context.requestId;
    headers.traceparent = context.traceparent;
    if (cors.enabled) Object.assign(headers, cors.headers(request.headers.origin));
    return headers;
  }

  send(exchange: Exchange, reply: Reply): void {
    const { body } = reply;
    for (const cookie of reply.cookies ?? []) exchange.response.appendHeader('set-cookie', cookie);
    if (body === undefined) this.#write(exchange, reply.status, undefined, undefined, reply.headers);
    else if (typeof body === 'string' || body instanceof Uint8Array) {
      this.#write(exchange, reply.status, 'text/plain; charset=utf-8', body, reply.headers);
    } else this.#write(exchange, reply.status, JSON_TYPE, JSON.stringify(body), reply.headers);
  }

  /** Answers with the problem that was thrown, or that the mapper makes of it. */
  sendError(exchange: Exchange, error: unknown): void {
    const { signal } = exchange.context;
    // Nobody is there to read an answer; 499 is what nginx counts it as.
    if (signal.aborted && error === signal.reason) {
      this.#answered(exchange, 499);
      return;
    }
    const { request, context } = exchange;
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const problem = this.#mapper.problemOf(error, context, reads);
    exchange.failure = { problem, error };
    const { status, type, title, detail, errors, headers } = problem;
    if (exchange.forPeople && wantsPage(request.headers.accept)) {
      const page = errorPage({
        problem,
        requestId: context.requestId,
        method: request.method ?? 'GET',
        acceptLanguage: context.acceptLanguage,
        productName: context.productName,
      });
      this.#write(exchange, status, undefined, page.body, { ...headers, ...page.headers });
      return;
    }
    const body = {
      type: type === BLANK_TYPE ? type : this.#options.problemBase + type,
      title,
      status,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      request_id: context.requestId,
    };
    this.#write(exchange, status, PROBLEM_TYPE, JSON.stringify(body), headers);
  }

  /** Counts what was answered, and keeps what others will ask for. */
  #answered(exchange: Exchange, status: number): void {
    const { logger, logRequests, records } = this.#options;
    const { requestId, traceparent, startedAt } = exchange.context;
    exchange.metrics.observe(status, startedAt);
    records?.answered(exchange, status);
    if (!logRequests) return;
    const { method, route } = exchange.metrics;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    logger.debug('request', { request_id: requestId, traceparent, method, route, status, ms });
  }

  #write(
    exchange: Exchange,
    status: number,
    type: string | undefined,
    body: string | Uint8Array | undefined,
    own: Record<string, string> | undefined,
  ): void {
    const { response, headers: added } = exchange;
    if (response.headersSent || response.destroyed) {
      // Half of an answer (of a product's own route) cannot be finished: its client must not take it for whole, nor wait.
      if (!response.writableEnded) response.destroy();
      this.#answered(exchange, status);
      return;
    }
    // Where they were set before a product's middleware, what it has made of them stays.
    const headers: Record<string, string | number> = response.hasHeader('x-request-id') ? {} : this.headersOf(exchange);
    if (type !== undefined) headers['content-type'] = type;
    if (added) Object.assign(headers, added);
    if (own) Object.assign(headers, own);
    if (this.#draining) headers.connection = 'close';
    if (body !== undefined)
      headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    else if (status !== 204 && status !== 304) headers['content-length'] = 0;
    response.writeHead(status, headers);
    response.end(body);
    this.#answered(exchange, status);
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { beginSpan, isTracing, runningSpan, type Span } from '@postern/runtime';
import { begunExchange } from './exchange.ts';

/** Those of RFC 9110 and 5789, and QUERY; any other is one to traces, however many a client makes up (Semantic Conventions for HTTP Spans). */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/**
 * Runs `work` in the span of a request: the one that an instrumentation of Node's HTTP server has begun, or one of our own that goes on
 * with the caller's `traceparent`. Its path is the route's pattern, as a path may hold a token; addresses and user agents are left out.
 */
export function inRequestSpan(request: IncomingMessage, response: ServerResponse, work: () => void): void {
  if (!isTracing()) {
    work();
    return;
  }
  const running = runningSpan();
  const span = running ?? ownSpan(request);
  if (!span) {
    work();
    return;
  }
  // Before the listeners that end an instrumentation's span.
  response.prependOnceListener('close', () => {
    describe(span, request, response);
    if (!running) span.end();
  });
  span.run(work);
}

function ownSpan(request: IncomingMessage): Span | undefined {
  const { headers, httpVersion } = request;
  const method = methodOf(request);
  return beginSpan(method === '_OTHER' ? 'HTTP' : method, {
    kind: 'server',
    parent: headers.traceparent?.toString(),
    attributes: {
      'http.request.method': method,
      'url.scheme': (request.socket as TLSSocket).encrypted ? 'https' : 'http',
      'network.protocol.version': httpVersion,
    },
  });
}

function describe(span: Span, request: IncomingMessage, { statusCode, writableFinished }: ServerResponse): void {
  const route = begunExchange(request)?.metrics.route;
  const method = methodOf(request);
  if (route !== undefined && route !== 'unmatched') {
    span.name(`${method === '_OTHER' ? 'HTTP' : method} ${route}`);
    span.set({ 'http.route': route, 'url.path': route });
  }
  // The client went away, or was cut off, before it had the answer.
  if (!writableFinished) {
    span.set({ 'error.type': 'aborted' });
    return;
  }
  span.set({ 'http.response.status_code': statusCode });
  if (statusCode >= 500) span.fail(String(statusCode));
}

function methodOf({ method = '' }: IncomingMessage): string {
  return KNOWN.has(method) ? method : '_OTHER';
}

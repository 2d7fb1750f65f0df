import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Cors } from './cors.ts';
import { requireHost } from './host-header.ts';
import { compileRoute, type Handler, isForPeople, type Platform } from './pipeline.ts';
import { MalformedRequest, MethodNotAllowed, NotFound } from './problems.ts';
import { HttpRequestContext } from './request-context.ts';
import type { RouteMetrics } from './request-metrics.ts';
import type { Exchange } from './responder.ts';
import type { Route } from './route.ts';

/**
 * The Express application: its router and nothing of its middleware. Express as it comes answers half as many requests
 * (measured): bodies are read, and answers written, by the platform.
 *
 * @throws TypeError when two routes have the same method and path, or the same operationId
 */
export function createApp(routes: readonly Route[], platform: Platform, cors: Cors): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('case sensitive routing', true);
  refuseDuplicates(routes);

  const compiled = routes.map((route) => ({ route, handler: compileRoute(route, platform) }));
  for (const [path, entries] of byPath(compiled)) {
    const mounted = app.route(path);
    for (const { route, handler } of entries) mounted[route.method](handler);
    mounted.all(
      otherMethod(
        entries.map(({ route }) => route),
        platform,
        cors,
      ),
    );
  }
  const unmatched = platform.metrics.forRoute('any', 'unmatched');
  const fail = (request: Request, response: Response, metrics: RouteMetrics, error: unknown): void => {
    platform.responder.sendError(exchangeOf(request, response, platform, metrics), error);
  };
  app.use((request: Request, response: Response) => fail(request, response, unmatched, NotFound.error()));
  // Express knows an error handler by its four parameters. The router's own error is a path that cannot be decoded.
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const known = (error as { status?: unknown }).status === 400;
    fail(request, response, unmatched, known ? MalformedRequest.error({ cause: error }) : error);
  });
  const direct = directRoutes(compiled);
  return (request, response) => {
    platform.addresses.notice(request);
    try {
      requireHost(request);
    } catch (error) {
      const exchange = exchangeOf(request, response, platform, unmatched);
      return platform.responder.sendError(exchange, error);
    }
    const handler = direct.get(`${request.method} ${request.url}`);
    if (handler) handler(request, response);
    else app(request, response);
  };
}

/**
 * Operations whose path has no parameter are found in a map, before Express: its router alone costs a quarter of the
 * request rate (measured). Whatever is not found there exactly so (another method, a query, a trailing slash,
 * a parameter) goes through the router.
 */
function directRoutes(compiled: readonly { route: Route; handler: Handler }[]): ReadonlyMap<string, Handler> {
  const exact = compiled.filter(({ route }) => !route.path.includes(':'));
  return new Map(exact.map(({ route, handler }) => [`${route.method.toUpperCase()} ${route.path}`, handler]));
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  { addresses }: Platform,
  metrics: RouteMetrics,
  // Whoever mistypes the address of a page is a person; operations are asked by programs.
  forPeople = !request.url?.startsWith('/v1/'),
): Exchange {
  const context = new HttpRequestContext(request, response, addresses);
  return { request, response, context, metrics, headers: undefined, forPeople };
}

/** OPTIONS (and CORS preflights) are answered; any other method is told which ones there are. */
function otherMethod(routes: readonly Route[], platform: Platform, cors: Cors): Handler {
  const path = routes[0]?.path ?? '';
  const methods = routes.map(({ method }) => method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  const allow = [...methods, 'OPTIONS'].join(', ');
  const options = platform.metrics.forRoute('OPTIONS', path);
  const refused = platform.metrics.forRoute('any', path);
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      const headers = { allow, ...cors.preflight(request.headers.origin, methods.join(', ')) };
      return platform.responder.send(exchangeOf(request, response, platform, options), { status: 204, headers });
    }
    const error = MethodNotAllowed.error({ detail: `This path has ${allow}.`, headers: { allow } });
    platform.responder.sendError(exchangeOf(request, response, platform, refused, routes.some(isForPeople)), error);
  };
}

/** Paths without parameters first: `/v1/users/me` must not be taken for `/v1/users/:id`. */
function byPath<Entry extends { route: Route }>(entries: readonly Entry[]): [string, Entry[]][] {
  const groups = Map.groupBy(entries, ({ route }) => route.path);
  return [...groups].sort(([a], [b]) => Number(a.includes(':')) - Number(b.includes(':')));
}

function refuseDuplicates(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { method, path, operationId } of routes) {
    for (const key of [`${method} ${path}`, operationId]) {
      if (seen.has(key)) throw new TypeError(`two routes are '${key}'`);
      seen.add(key);
    }
  }
}

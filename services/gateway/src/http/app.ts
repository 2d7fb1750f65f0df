import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Cors } from './cors.ts';
import { beginExchange, type Exchange, exchangeOf } from './exchange.ts';
import { requireHost } from './host-header.ts';
import { LayerOrder } from './layer-order.ts';
import { exactPaths, operationsRouter } from './operations-router.ts';
import { compileRoute, type Platform } from './pipeline.ts';
import { NotFound } from './problems.ts';
import { HttpRequestContext } from './request-context.ts';
import { inRequestSpan } from './request-span.ts';
import type { Route } from './route.ts';
import { requireSingle } from './single-headers.ts';

/**
 * The Express application. Its layers, in this order: the beginning of every request; what a product adds with `app.use`
 * and its own routes, whenever it adds them; the operations, first by their exact path; what is not found; the product's error
 * handlers; and the one that makes a problem of whatever was thrown. `request.id` and `request.ip` are what logs, audits
 * and limits go by.
 *
 * @throws TypeError when two routes have the same method and path, or the same operationId
 */
export function createApp(routes: readonly Route[], platform: Platform, cors: Cors): Express {
  refuseDuplicates(routes);
  const compiled = routes.map((route) => ({ route, handler: compileRoute(route, platform) }));
  const { addresses, responder } = platform;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('case sensitive routing', true);
  app.set('trust proxy', addresses.expressTrust);
  Object.defineProperty(app.request, 'ip', {
    configurable: true,
    enumerable: true,
    get(this: IncomingMessage) {
      return addresses.of(this);
    },
  });

  const exact = exactPaths(compiled);
  const handlerAt = ({ method, url }: IncomingMessage) => exact.get(`${method} ${url}`);
  const order = new LayerOrder(app.router);
  const unmatched = platform.metrics.forRoute('any', 'unmatched');

  const beginning = (request: IncomingMessage, response: ServerResponse): Exchange => {
    addresses.notice(request);
    const context = new HttpRequestContext(request, response, platform);
    // Whoever mistypes the address of a page is a person; operations are asked by programs.
    const forPeople = !request.url?.startsWith('/v1/');
    const unknown = { headers: undefined, failure: undefined, userId: undefined };
    return beginExchange({ request, response, context, metrics: unmatched, ...unknown, forPeople });
  };
  const begin: RequestHandler = (request, response, next) => {
    const exchange = beginning(request, response);
    request.id = exchange.context.requestId;
    // A product's own answers have the headers that ours have, which otherwise are written with the answer.
    if (order.arrange() > 0) response.setHeaders(new Map(Object.entries(responder.headersOf(exchange))));
    requireSingle(request);
    requireHost(request);
    next();
  };
  const byExactPath: RequestHandler = (request, response, next) => {
    const handler = handlerAt(request);
    if (handler) handler(request, response, next);
    else next();
  };
  const notFound: RequestHandler = (_request, _response, next) => next(NotFound.error());
  // Express knows an error handler by its four parameters.
  const fail: ErrorRequestHandler = (error, request, _response, _next) =>
    responder.sendError(exchangeOf(request), error);

  app.use(order.place('first', begin));
  app.use(order.place('operations', byExactPath));
  app.use(order.place('operations', operationsRouter(compiled, platform, cors)));
  app.use(order.place('operations', notFound));
  app.use(order.place('last', fail));

  // Where nothing comes before an operation, its layer is called without the walk through the layers, and without Express's
  // request and response, which together cost a quarter of the request rate (docs/decisions/http-libraries.md).
  const application = app as unknown as { handle: Dispatch };
  const dispatch = application.handle.bind(app);
  const serve: Dispatch = (request, response, done) => {
    const handler = order.arrange() === 0 ? handlerAt(request) : undefined;
    if (!handler) return dispatch(request, response, done);
    const exchange = beginning(request, response);
    const refuse = (error: unknown) => responder.sendError(exchange, error);
    try {
      requireSingle(request);
      requireHost(request);
    } catch (error) {
      return refuse(error);
    }
    handler(request, response, refuse);
  };
  application.handle = (request, response, done) =>
    inRequestSpan(request, response, () => serve(request, response, done));
  return app;
}

/** What Express calls with every request, and a parent application with those of a mounted one. */
type Dispatch = (...request: [...Parameters<RequestListener>, done?: (error?: unknown) => void]) => void;

function refuseDuplicates(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { method, path, operationId } of routes) {
    for (const key of [`${method} ${path}`, operationId]) {
      if (seen.has(key)) throw new TypeError(`two routes are '${key}'`);
      seen.add(key);
    }
  }
}

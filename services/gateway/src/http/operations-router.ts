import express, { type Router } from 'express';
import type { Cors } from './cors.ts';
import { exchangeOf } from './exchange.ts';
import { type Handler, isForPeople, type Platform } from './pipeline.ts';
import { MethodNotAllowed } from './problems.ts';
import type { Route } from './route.ts';

interface CompiledRoute {
  route: Route;
  handler: Handler;
}

/** All operations, and what their paths answer to other methods. */
export function operationsRouter(compiled: readonly CompiledRoute[], platform: Platform, cors: Cors): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [path, entries] of byPath(compiled)) {
    const mounted = router.route(path);
    for (const { route, handler } of entries) mounted[route.method](handler);
    mounted.all(
      otherMethod(
        entries.map(({ route }) => route),
        platform,
        cors,
      ),
    );
  }
  return router;
}

/**
 * Operations whose path has no parameter are found in a map: matching one pattern after the other costs a quarter of the
 * request rate (measured). Whatever is not found there exactly so (another method, a query, a trailing slash, a
 * parameter) is for the router.
 */
export function exactPaths(compiled: readonly CompiledRoute[]): ReadonlyMap<string, Handler> {
  const exact = compiled.filter(({ route }) => !route.path.includes(':'));
  return new Map(exact.map(({ route, handler }) => [`${route.method.toUpperCase()} ${route.path}`, handler]));
}

/** OPTIONS (and CORS preflights) are answered; any other method is answered with the ones that there are. */
function otherMethod(routes: readonly Route[], platform: Platform, cors: Cors): Handler {
  const path = routes[0]?.path ?? '';
  const methods = routes.map(({ method }) => method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  const allow = [...methods, 'OPTIONS'].join(', ');
  const options = platform.metrics.forRoute('OPTIONS', path);
  const refused = platform.metrics.forRoute('any', path);
  const forPeople = routes.some(isForPeople);
  return (request, _response, next) => {
    const exchange = exchangeOf(request);
    exchange.metrics = refused;
    if (request.method === 'OPTIONS') {
      exchange.metrics = options;
      const headers = { allow, ...cors.preflight(request.headers.origin, methods.join(', ')) };
      return platform.responder.send(exchange, { status: 204, headers });
    }
    exchange.forPeople = forPeople;
    next(MethodNotAllowed.error({ detail: `This path has ${allow}.`, headers: { allow } }));
  };
}

/** Paths without parameters first: `/v1/users/me` must not be taken for `/v1/users/:id`. */
function byPath<Entry extends { route: Route }>(entries: readonly Entry[]): [string, Entry[]][] {
  const groups = Map.groupBy(entries, ({ route }) => route.path);
  return [...groups].sort(([a], [b]) => Number(a.includes(':')) - Number(b.includes(':')));
}

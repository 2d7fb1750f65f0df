import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Database } from '@postern/runtime';
import { inSteps } from './answer-steps.ts';
import type { ClientAddresses } from './client-addresses.ts';
import type { CookieMode } from './cookies/cookie-mode.ts';
import { type Exchange, exchangeOf } from './exchange.ts';
import { createGuard, type Guard, type GuardOptions, type Shown } from './guards.ts';
import { holdPermission } from './hold-permission.ts';
import { type Idempotency, readIdempotencyKey } from './idempotency/idempotency.ts';
import { countEffects } from './limits/count-effects.ts';
import type { RateLimiter } from './limits/rate-limiter.ts';
import { requireAcceptable } from './negotiation.ts';
import { requireOwnForm } from './own-form.ts';
import { ProblemError } from './problem.ts';
import { Unauthenticated } from './problems.ts';
import { entriesToObject, hasBody, readBytes, readForm, readJson } from './request-body.ts';
import type { RequestMetrics } from './request-metrics.ts';
import type { Responder } from './responder.ts';
import { hasSession, type Limit, type LimitSubject, type Reply, type Route, type RouteRequest } from './route.ts';
import { type Part, validateParts } from './validation.ts';

/** What the stages of a request work with. */
export interface Platform extends GuardOptions {
  database: Database;
  limiter: RateLimiter;
  idempotency: Idempotency;
  responder: Responder;
  metrics: RequestMetrics;
  clock: Clock;
  addresses: ClientAddresses;
  cookieMode: CookieMode;
  /** Where browsers reach us. */
  publicUrl: string;
  /** What the product is called on its pages. */
  productName: string;
}

/** A request as the router hands it on: with its path parameters, where the path has any. */
type RoutedRequest = IncomingMessage & { params?: unknown };
/** `next` is given what the operation has thrown. */
export type Handler = (request: RoutedRequest, response: ServerResponse, next: (error: unknown) => void) => void;

/**
 * Makes the handler of one route. Whatever depends on the route alone is decided here, once, and not with every
 * request. The stages: Accept, cookies, sign-in, body, validation, Idempotency-Key, limits, the route itself.
 * Limits come after the key, so that a repeat gets its answer and is not counted; those of effects when the route begins its transaction.
 */
export function compileRoute(route: Route, platform: Platform): Handler {
  refuseContradictions(route);
  const { responder, idempotency, database, limiter, cookieMode, authenticator } = platform;
  const { stepMs } = route;
  const guard = createGuard(route, platform);
  const metrics = platform.metrics.forRoute(route.method.toUpperCase(), route.path);
  const produced = [
    ...new Set(Object.values(route.responses).map(({ contentType }) => contentType ?? 'application/json')),
  ];
  const forPeople = isForPeople(route);
  const readBody =
    route.bodyType === 'form' ? readForm : (request: IncomingMessage) => readJson(request, route.verifyBody);
  const limits = limitsOf(route, false);
  const effects = limitsOf(route, true);
  const takesNothing = !route.body && !route.params && !route.query;
  const transact: RouteRequest['transaction'] = (run) => database.transaction(run);
  const permission = permissionToChange(route);

  const admitToSignOut = async (pass: Guard, shown: Shown, exchange: Exchange) => {
    try {
      return await pass(shown, exchange);
    } catch (error) {
      // Whoever signs out is left with no cookies, whosever they were; any other refusal may come after another tab has signed in.
      if (error instanceof ProblemError && error.type === Unauthenticated.type) {
        for (const cookie of shown.cookies?.clear() ?? []) exchange.response.appendHeader('set-cookie', cookie);
      }
      throw error;
    }
  };

  const serve = async (request: RoutedRequest, exchange: Exchange): Promise<void> => {
    const { context } = exchange;
    requireAcceptable(request.headers.accept, produced);
    const { method = '', headers } = request;
    if (route.bodyType === 'form') requireOwnForm(headers, platform.publicUrl);
    const cookies = hasSession(route) ? cookieMode.of(method, headers) : undefined;
    const shown = { authorization: headers.authorization, cookies };
    const principal =
      guard && (await (route.signsOut ? admitToSignOut(guard, shown, exchange) : guard(shown, exchange)));
    const given =
      takesNothing && !hasBody(request) ? NOTHING : await readInput(request, { route, readBody, principal });
    const { body, params, query } = given;
    const key = route.idempotent ? readIdempotencyKey(request.headers['idempotency-key']) : undefined;

    const subject = (): LimitSubject => ({ body, params, query, principal, address: context.address });

    const handle = (begin: RouteRequest['transaction']): Promise<Reply> => {
      const counting = effects ? countEffects(begin, { limiter, limits: effects, subject: subject() }) : begin;
      const transaction =
        guard && principal && permission !== undefined
          ? holdPermission(counting, { authenticator, principal, permission, guard: () => guard(shown, exchange) })
          : counting;
      const run = () => route.handle({ body, params, query, context, principal, cookies, transaction });
      return stepMs === undefined ? run() : inSteps(stepMs, run);
    };
    const work: typeof handle = limits
      ? async (transaction) => {
          const admitted = await limiter.check(limits, subject());
          exchange.headers = admitted.headers;
          return limiter.takingBack(admitted, () => handle(transaction));
        }
      : handle;
    const replying = (): Promise<Reply> => {
      if (key === undefined) return work(transact);
      const scope = [route.operationId, principal?.userId ?? context.address, JSON.stringify(params ?? null)];
      // Without a query as it has always been hashed: what a release before has stored is repeated still.
      const sent = query === undefined ? body : { body, query };
      const refusal = () => limits && limiter.knownRefusal(limits, subject());
      return idempotency.run(database, { scope, key, body: sent, signal: context.signal, refusal }, work);
    };
    responder.send(exchange, await replying());
  };

  const serveNoting = async (request: RoutedRequest, exchange: Exchange): Promise<void> => {
    try {
      await serve(request, exchange);
    } catch (error) {
      const { userId, context } = exchange;
      if (userId !== undefined && isRefusal(error, route)) {
        await authenticator.noteRefusal(userId, { operationId: route.operationId, problem: error.type }, context);
      }
      throw error;
    }
  };

  return (request, _response, next) => {
    const exchange = exchangeOf(request);
    exchange.metrics = metrics;
    exchange.forPeople = forPeople;
    // A reply that cannot be sent (a header with a line break) is an error like any other, and must not end the process.
    serveNoting(request, exchange).catch((error: unknown) => next(toError(error)));
  };
}

/** The permission of a route that changes something; what only reads answers by what held when it was asked. */
function permissionToChange({ auth, method }: Route): string | undefined {
  return typeof auth === 'object' && method !== 'get' ? auth.permission : undefined;
}

/** Those that count what the route does, or those that count who comes; undefined where there are none. */
function limitsOf({ limits = [] }: Route, ofEffects: boolean): readonly Limit[] | undefined {
  const found = limits.filter((limit) => (limit.ofEffects === true) === ofEffects);
  return found.length > 0 ? found : undefined;
}

/** What somebody may not do, or not now; of states that stand in the way (409), those of what is dangerous. */
function isRefusal(error: unknown, { auth, recentSignIn }: Route): error is ProblemError {
  if (!(error instanceof ProblemError)) return false;
  return error.status === 403 || (error.status === 409 && (recentSignIn === true || typeof auth === 'object'));
}

/** Express takes nothing, and the words `route` and `router`, for something else than an error. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('what was thrown is not an Error', { cause: thrown });
}

/** Whether what a route answers are pages. */
export function isForPeople({ responses }: Pick<Route, 'responses'>): boolean {
  return Object.values(responses).some(({ contentType }) => contentType === 'text/html');
}

type Input = Pick<RouteRequest, 'body' | 'params' | 'query'>;

const NOTHING: Input = { body: undefined, params: undefined, query: undefined };

interface Reading extends Pick<RouteRequest, 'principal'> {
  route: Route;
  readBody: (request: IncomingMessage) => Promise<unknown>;
}

async function readInput(request: RoutedRequest, { route, readBody, principal }: Reading): Promise<Input> {
  const { body, params, query } = route;
  const given = body ? await readBody(request) : undefined;
  // A body that nobody asked for is read all the same: it must not be taken for the connection's next request.
  if (!body && hasBody(request) && !request.readableEnded) await readBytes(request);
  const parts: Part[] = [];
  if (params) parts.push({ in: 'path', schema: params, value: request.params });
  if (query) parts.push({ in: 'query', schema: query, value: readQuery(request.url ?? '') });
  if (body) parts.push({ in: 'body', schema: body, value: given });
  const values =
    parts.length === 0 ? [] : await validateParts(parts, (good) => route.furtherFaults?.({ body: good, principal }));
  const next = (schema: Part['schema'] | undefined) => (schema ? values.shift() : undefined);
  return { params: next(params), query: next(query), body: next(body) };
}

function readQuery(url: string): Record<string, string | string[]> {
  const start = url.indexOf('?');
  return entriesToObject(new URLSearchParams(start === -1 ? '' : url.slice(start + 1)));
}

/** What would only show when a request comes is refused when the process starts. */
function refuseContradictions(route: Route): void {
  const complain = (what: string): never => {
    throw new TypeError(`${route.operationId} (${route.method} ${route.path}): ${what}`);
  };
  if (route.auth === 'none' && route.limits?.some(({ per }) => per === 'account')) {
    complain('a limit per account needs a route with sign-in');
  }
  if (route.auth === 'none' && route.recentSignIn) complain('recentSignIn needs a route with sign-in');
  if (route.body && (route.method === 'get' || route.method === 'delete')) {
    complain(`a body on ${route.method} has no meaning (RFC 9110, 9.3)`);
  }
  if (route.body?._zod.def.checks?.some(({ _zod }) => _zod.def.when === undefined)) {
    complain('a rule over several fields needs `when`, or it is not reported together with other faults');
  }
  if (route.path.includes(':') !== (route.params !== undefined)) complain('path parameters and `params` do not match');
  if (route.verifyBody && route.bodyType === 'form') complain('verifyBody is for JSON bodies');
  if (route.idempotent && (route.method === 'get' || route.bodyType === 'form')) {
    complain('idempotent is for JSON operations that change something');
  }
}

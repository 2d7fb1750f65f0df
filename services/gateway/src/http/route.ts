import type { IncomingHttpHeaders } from 'node:http';
import type { Transaction } from '@postern/runtime';
import type { z } from 'zod';
import type { Principal } from './authenticator.ts';
import type { SessionCookies } from './cookies/session-cookies.ts';
import type { FieldFault, ProblemType } from './problem.ts';
import type { Reply, ReplyOf, Responses } from './reply.ts';

export { Authenticator, type Principal, type Refusal } from './authenticator.ts';
export type { SessionCookies } from './cookies/session-cookies.ts';
export { defineProblem, type FieldFault, ProblemError, type ProblemType } from './problem.ts';
export type { Reply, ReplyOf, ResponseDoc, Responses } from './reply.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** `none`: anybody. `user`: a live session. `{ permission }`: and a person who has this permission now. */
type AuthRule = 'none' | 'user' | { permission: string };

/** What the platform knows about a request, whatever its route. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C trace context: the caller's trace with a span of our own; goes into the events that the request publishes. */
  readonly traceparent: string;
  /** The client's address behind `TRUST_PROXY` hops. Personal data: never log it. */
  readonly address: string;
  readonly userAgent: string;
  /** The languages that the client's user reads, as the header says them (RFC 9110, 12.5.4). */
  readonly acceptLanguage?: string | undefined;
  /** What the product is called on its pages. */
  readonly productName: string;
  /** The value of a cookie that came with the request. */
  cookie(name: string): string | undefined;
  /** Aborts when the client has gone away before the answer was sent. */
  readonly signal: AbortSignal;
}

/** What a limit may count by. */
export interface LimitSubject<Body = unknown, Params = unknown, Query = unknown> {
  body: Body;
  params: Params;
  query: Query;
  address: string;
  principal: Principal | undefined;
}

/**
 * At most `max` requests in `windowSeconds`, counted in the database and so shared by all replicas.
 * The counted value is stored as a keyed hash only.
 */
export interface Limit<Body = unknown, Params = unknown, Query = unknown> {
  /** Goes into the `RateLimit` headers; the same name on two routes with the same `max` and window is one shared limit. */
  name: string;
  /** `address`: client address (IPv6 by /64, and ten times as many by /48). `account`: the signed-in user. `everyone`: one count. Or what the function says. */
  per: 'address' | 'account' | 'everyone' | ((subject: LimitSubject<Body, Params, Query>) => string);
  max: number;
  windowSeconds: number;
  /** What helps whoever is refused by it: it is part of the answer, so it must be true of everybody. */
  advice?: string;
  /** Its standing is not shown: it counts what others do as well, and whoever asks need not be one whom that concerns. */
  secret?: true;
  /**
   * It counts what requests do, and not how many come: when the handler begins its (first) transaction, so that one which is refused before then counts
   * nowhere. No header has its standing.
   */
  ofEffects?: true;
  reserve?: Reserve<Body, Params, Query>;
}

/**
 * What a limit has beyond its `max`, so that whoever uses it up does not keep everybody else out: the first request of each `per` in a
 * window of its own.
 */
interface Reserve<Body = unknown, Params = unknown, Query = unknown>
  extends Pick<Limit<Body, Params, Query>, 'name' | 'per' | 'windowSeconds'> {
  /** How many in all in a window of the limit; left out where there are no more of `per` than of what the limit counts by. */
  most?: number;
}

/** What a handler is given. Everything is validated before it runs. */
export interface RouteRequest<
  Body = unknown,
  Params = unknown,
  Query = unknown,
  P = Principal | undefined,
  R extends Reply = Reply,
> {
  body: Body;
  params: Params;
  query: Query;
  context: RequestContext;
  principal: P;
  /** There where the caller asked for a session in cookies: tokens go there then, and not into the body. */
  cookies: SessionCookies | undefined;
  /**
   * `database.transaction`; on an idempotent route that was asked with an Idempotency-Key, the reply is stored in the
   * same transaction. Return what it gives back. A `ProblemError` thrown inside rolls everything back and frees the key.
   * On a route that takes a permission and changes something it begins with the permission and the session, held until its end (`holdPermission`);
   * another transaction would not, and its writer may have lost both since the headers came.
   */
  transaction(work: (tx: Transaction) => Promise<R>): Promise<R>;
}

type PrincipalFor<A extends AuthRule> = A extends 'none' ? undefined : Principal;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A schema left out leaves `undefined` in the handler. */
interface RouteDefinition<
  A extends AuthRule,
  B extends z.ZodType | undefined,
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  R extends Responses,
  I extends boolean,
> {
  method: Method;
  /** Express pattern with named parameters only: `/v1/users/:id`. */
  path: string;
  /** Unique; camelCase. */
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  auth: A;
  /** Refuses (403 `recent-sign-in-required`) when `principal.authenticatedAt` is too long ago. */
  recentSignIn?: boolean;
  /** Heeds `Session-Mode: cookie` although its `auth` is `none`: it begins or renews sessions, or reads what a browser keeps. */
  cookies?: boolean;
  /**
   * Ends the caller's session, for which its refresh cookie is enough; a refusal ends the cookies too. With `here`, its cookies also
   * admit a session that has ended already: the handler finds nothing left to end.
   */
  signsOut?: 'here' | 'everywhere';
  /** A strict object. All faults are answered at once, 422. */
  body?: B;
  /** `form` reads `application/x-www-form-urlencoded` (the hosted pages); default `json`. */
  bodyType?: 'json' | 'form';
  /**
   * Proves who sent a JSON body before it is parsed: a webhook's signature covers its bytes. Throws a ProblemError,
   * whose kind belongs into `problems`.
   */
  verifyBody?: (bytes: Buffer, headers: IncomingHttpHeaders) => void;
  params?: P;
  /** Strict object of strings (coerce what is not); a parameter given twice arrives as an array. */
  query?: Q;
  /** Honours `Idempotency-Key`. Its replies have no cookies. */
  idempotent?: I;
  limits?: Limit<Parsed<B>, Parsed<P>, Parsed<Q>>[];
  /**
   * Its answers leave at the end of steps of so many milliseconds since its handler began: how long that takes tells something that the
   * answer must not. Ten times what the handler takes by itself leaves nothing to measure.
   */
  stepMs?: number;
  /** Success answers by status. The platform documents its own errors itself. */
  responses: R;
  /**
   * What the handler would find wrong with a body that its schema refuses: it is reported together with the rest. Asked
   * only then, with the fields that are good by themselves.
   */
  furtherFaults?(request: { body: Partial<Parsed<B>>; principal: PrincipalFor<A> }): Promise<FieldFault[]>;
  /** Kinds of problem that the handler itself throws. */
  problems?: ProblemType[];
  /** Works when pasted. */
  requestExample?: B extends z.ZodType ? z.input<B> : never;
  /** Left out of the OpenAPI description: pages and their assets. */
  hidden?: boolean;
  /** Its replies are of the types that `responses` promises; any other does not compile. */
  handle(
    request: RouteRequest<Parsed<B>, Parsed<P>, Parsed<Q>, PrincipalFor<A>, ReplyOf<R, I>>,
  ): Promise<ReplyOf<R, I>>;
}

/** A route with its types forgotten, as the application mounts it. */
export type Route = Omit<
  RouteDefinition<AuthRule, z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined, Responses, boolean>,
  'handle' | 'limits' | 'requestExample' | 'furtherFaults'
> & {
  limits?: Limit[];
  requestExample?: unknown;
  furtherFaults?(request: { body: object; principal: Principal | undefined }): Promise<FieldFault[]>;
  handle(request: RouteRequest): Promise<Reply>;
};

/** Whether the session of its caller, or one that it begins, may be in cookies. */
export function hasSession({ auth, cookies }: Pick<Route, 'auth' | 'cookies'>): boolean {
  return auth !== 'none' || cookies === true;
}

/** Declares one operation; the handler's types come from the schemas and from `auth`. */
export function defineRoute<
  const A extends AuthRule,
  B extends z.ZodType | undefined = undefined,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  const R extends Responses = Responses,
  const I extends boolean = false,
>(definition: RouteDefinition<A, B, P, Q, R, I>): Route {
  // The one place where the types are forgotten: the application hands a handler only what its own schemas have parsed.
  return definition as unknown as Route;
}

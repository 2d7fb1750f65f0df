import type { Clock } from '@postern/runtime';
import type { Authenticator, Principal } from './authenticator.ts';
import type { SessionCookies } from './cookies/session-cookies.ts';
import type { Exchange } from './exchange.ts';
import { Forbidden, RecentSignInRequired, Unauthenticated } from './problems.ts';
import type { Route } from './route.ts';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

export interface GuardOptions {
  authenticator: Authenticator;
  clock: Clock;
  /** How old `authenticatedAt` may be on a route with `recentSignIn`. */
  recentSignInSeconds: number;
}

/** What a request shows of whoever sent it. */
export interface Shown {
  authorization: string | undefined;
  /** There where the session is in cookies; an Authorization header is not, then. */
  cookies: SessionCookies | undefined;
}

/** Lets a request pass, or throws the problem that keeps it out; either way the exchange knows then who has signed in. */
export type Guard = (shown: Shown, exchange: Pick<Exchange, 'context' | 'userId'>) => Promise<Principal | undefined>;

/**
 * The check of one route's `auth` and `recentSignIn` (RFC 6750 for the header and its answers). It asks what holds now: a
 * token of an ended session or of a person who lost a role passes nowhere, and has no stored answer repeated either.
 */
export function createGuard(
  { auth: rule, recentSignIn = false, signsOut }: Pick<Route, 'auth' | 'recentSignIn' | 'signsOut'>,
  { authenticator, clock, recentSignInSeconds }: GuardOptions,
): Guard | undefined {
  if (rule === 'none') return undefined;
  const permission = typeof rule === 'object' ? rule.permission : undefined;
  return async ({ authorization, cookies }, exchange) => {
    const { context } = exchange;
    if (!cookies && authorization === undefined) {
      throw Unauthenticated.error({ headers: { 'www-authenticate': 'Bearer' } });
    }
    const token = cookies ? cookies.accessToken : BEARER.exec(authorization ?? '')?.[1];
    let principal = token === undefined ? undefined : await authenticator.authenticate(token);
    // Whoever signs out must not stay signed in because the access token has ended meanwhile.
    if (!principal && signsOut !== undefined && cookies?.refreshToken !== undefined) {
      principal = await authenticator.holderOf(cookies.refreshToken, signsOut);
    }
    // Whose session has ended already is signed out here, and only has to be rid of its cookies.
    const isOver = signsOut === 'here' && cookies !== undefined;
    if (!principal || !((await authenticator.isLive(principal, context)) || isOver)) {
      throw Unauthenticated.error({ headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    }
    exchange.userId = principal.userId;
    if (permission !== undefined && !(await authenticator.permits(principal, permission, context))) {
      throw Forbidden.error({
        detail: `It requires the permission ${permission}.`,
        headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
      });
    }
    if (recentSignIn) {
      // A time to come was written while the clock was ahead.
      const ageMs = Math.abs(clock.now().getTime() - principal.authenticatedAt.getTime());
      if (ageMs > recentSignInSeconds * 1_000) throw RecentSignInRequired.error();
    }
    return principal;
  };
}

import type { Clock } from '@postern/runtime';
import type { Authenticator, Principal } from './authenticator.ts';
import { Forbidden, RecentSignInRequired, Unauthenticated } from './problems.ts';
import type { AuthRule, RequestContext } from './route.ts';

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

export interface GuardOptions {
  authenticator: Authenticator;
  clock: Clock;
  /** How old `authenticatedAt` may be on a route with `recentSignIn`. */
  recentSignInSeconds: number;
}

/** Lets a request pass, or throws the problem that keeps it out. */
export type Guard = (authorization: string | undefined, context: RequestContext) => Promise<Principal | undefined>;

/**
 * The check of one route's `auth` and `recentSignIn` (RFC 6750 for the header and its answers). It asks what holds now: a
 * token of an ended session or of a person who lost a role passes nowhere, and has no stored answer repeated either.
 */
export function createGuard(
  rule: AuthRule,
  recentSignIn: boolean,
  { authenticator, clock, recentSignInSeconds }: GuardOptions,
): Guard | undefined {
  if (rule === 'none') {
    if (recentSignIn) throw new TypeError('recentSignIn is set on a route without sign-in');
    return undefined;
  }
  const permission = typeof rule === 'object' ? rule.permission : undefined;
  return async (authorization, context) => {
    if (authorization === undefined) throw Unauthenticated.error({ headers: { 'www-authenticate': 'Bearer' } });
    const token = BEARER.exec(authorization)?.[1];
    const principal = token === undefined ? undefined : await authenticator.authenticate(token);
    if (!principal || !(await authenticator.isLive(principal))) {
      throw Unauthenticated.error({ headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    }
    if (permission !== undefined && !(await authenticator.permits(principal, permission, context))) {
      throw Forbidden.error({
        detail: `It requires the permission ${permission}.`,
        headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
      });
    }
    const ageMs = clock.now().getTime() - principal.authenticatedAt.getTime();
    if (recentSignIn && ageMs > recentSignInSeconds * 1_000) throw RecentSignInRequired.error();
    return principal;
  };
}

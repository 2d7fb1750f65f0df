import { SESSION_MS } from '../../operators/operator-sessions.ts';
import { isOverTls, type Site } from './site-checks.ts';

/** Over TLS its name promises a browser that no other host and no plain HTTP can have set it (RFC 6265bis, 4.1.3.2). */
export function cookieName(host: string | undefined, site: Site): string {
  return isOverTls(host, site) ? '__Host-postern_console' : 'postern_console';
}

/** @param token empty: the cookie ends */
export function cookieHeader(token: string, host: string | undefined, site: Site): string {
  const age = token === '' ? 0 : SESSION_MS / 1_000;
  const secure = isOverTls(host, site) ? '; Secure' : '';
  return `${cookieName(host, site)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where browsers reach the console. */
export interface Site {
  /** WORKER_CONSOLE_URL: the origin behind a proxy with TLS; undefined where it is only reached as this machine. */
  publicUrl: string | undefined;
}

/**
 * Whether a request names a host that is ours. A name of an attacker's that resolves to 127.0.0.1 (DNS rebinding) would make a browser
 * take the console for a page of his.
 */
export function isOurHost(host: string | undefined, { publicUrl }: Site): boolean {
  if (host === undefined || !/^[A-Za-z0-9.:[\]-]{1,255}$/.test(host)) return false;
  if (publicUrl !== undefined && host.toLowerCase() === new URL(publicUrl).host) return true;
  return LOOPBACK.has(host.replace(/:\d+$/, '').toLowerCase());
}

/** Whether the request came over the public origin with TLS, where cookies may be set for TLS alone. */
export function isOverTls(host: string | undefined, { publicUrl }: Site): boolean {
  if (!publicUrl?.startsWith('https://')) return false;
  return host?.toLowerCase() === new URL(publicUrl).host;
}

/**
 * Whether a form was sent from another site. Browsers send `Origin` with every POST, and `Sec-Fetch-Site` (W3C Fetch Metadata) where it
 * can be trusted; what sends neither is not a browser, and has nobody's cookies but its own.
 */
export function isFromElsewhere(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return true;
  if (origin === undefined) return false;
  return URL.parse(origin)?.host !== host?.toLowerCase();
}

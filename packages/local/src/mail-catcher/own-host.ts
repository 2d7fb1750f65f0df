import { isIP } from 'node:net';

/**
 * Whether a request has come for this machine by an address or by `localhost`. A page of somebody else's that has its own name lead to
 * 127.0.0.1 (DNS rebinding) would be of one origin with the inbox, and read the links in it; its requests carry that name.
 *
 * @param host of the request, with its port; there is none before HTTP/1.1, which no browser speaks
 */
export function isOwnHost(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  return isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost');
}

import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { ProblemError } from './problem.ts';
import { MalformedRequest } from './problems.ts';

/** `Host = uri-host [ ":" port ]` (RFC 9110, 7.2; RFC 3986, 3.2.2). An empty one names no http resource (RFC 9110, 4.2.1). */
const HOST = /^(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(?::(\d{0,5}))?$/;
const MAX_PORT = 65_535;

/**
 * RFC 9112, 3.2: no Host header in HTTP/1.1, or one that is not a host is answered with 400, whatever the path is.
 * HTTP/1.0 may leave it out. Links are made from PUBLIC_URL and never from this header.
 *
 * @throws ProblemError 400
 */
export function requireHost({ headers, httpVersion }: IncomingMessage): void {
  const { host } = headers;
  if (host === undefined) {
    if (httpVersion === '1.0') return;
    throw refusal('The Host header is missing.');
  }
  const match = HOST.exec(host);
  const [, ipv6, port] = match ?? [];
  if (!match || (ipv6 !== undefined && !isIPv6(ipv6)) || Number(port ?? 0) > MAX_PORT) {
    throw refusal('The Host header is not a host name or address with an optional port.');
  }
}

/** Who cannot say which host is meant may not be the last who reads this connection: it is closed. */
function refusal(detail: string): ProblemError {
  return MalformedRequest.error({ detail, headers: { connection: 'close' } });
}

import type { IncomingHttpHeaders } from 'node:http';
import { MalformedRequest } from './problems.ts';

/**
 * A page of another site could have each of its visitors send our forms, and mails with them, each within limits of their own. Browsers say
 * where a form comes from (Fetch Metadata, 2.4), and older ones its Origin alone; what says neither is none.
 *
 * @param publicUrl where browsers reach us; a proxy may have changed the Host
 * @throws ProblemError 400
 */
export function requireOwnForm(headers: IncomingHttpHeaders, publicUrl: string): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined ? !isOwnOrigin(headers, publicUrl) : site === 'cross-site') {
    throw MalformedRequest.error({ detail: 'The form was sent by a page of another site.' });
  }
}

/** `null` is what our own pages have for an Origin, as they tell nobody where they are (`referrer-policy`). */
function isOwnOrigin({ origin = 'null', host }: IncomingHttpHeaders, publicUrl: string): boolean {
  if (origin === 'null') return true;
  const from = URL.parse(origin)?.host;
  return from !== undefined && (from === new URL(publicUrl).host || from === host?.toLowerCase());
}

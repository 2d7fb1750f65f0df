import type { SecretRing } from '@postern/runtime';
import type { RequestsQuery } from '../requests/answered-request.ts';
import { seal, unseal } from './peer-seal.ts';

/** The most that one answer has. */
const MOST = 200;

/** What is asked for as the fields of a question; an address is sealed, as the ops port may be plain HTTP. */
export function requestsQuestion(query: RequestsQuery, ring: SecretRing): Record<string, string> {
  const { refused, failed, since, route, person, before, limit } = query;
  return {
    ...(refused && { refused: 'yes' }),
    ...(failed && { failed: 'yes' }),
    ...(since && { since: since.toISOString() }),
    ...(route !== undefined && { route }),
    ...(person !== undefined && (person.includes('@') ? { sealed: seal(ring, person) } : { person })),
    ...(before !== undefined && { before }),
    limit: String(limit),
  };
}

export function readRequestsQuestion(query: URLSearchParams, ring: SecretRing): RequestsQuery {
  const [since, sealed] = [query.get('since'), query.get('sealed')];
  return {
    refused: query.has('refused'),
    failed: query.has('failed'),
    since: since === null ? undefined : new Date(since),
    route: query.get('route') ?? undefined,
    person: (sealed === null ? undefined : unseal(ring, sealed)) ?? query.get('person') ?? undefined,
    before: query.get('before') ?? undefined,
    limit: Math.min(Number(query.get('limit')), MOST),
  };
}

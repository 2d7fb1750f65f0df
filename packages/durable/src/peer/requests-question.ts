import type { SecretRing } from '@postern/runtime';
import type { RequestsQuery } from './answered-request.ts';
import { seal, unseal } from './peer-seal.ts';

/** The most that one answer has. */
const MOST = 200;

/** What is asked for as the fields of a question; an address is sealed, as the ops port may be plain HTTP. */
export function requestsQuestion(query: RequestsQuery, ring: SecretRing): Record<string, string> {
  const { done, refused, failed, since, before, route, person, below, limit } = query;
  return {
    ...(done && { done: 'yes' }),
    ...(refused && { refused: 'yes' }),
    ...(failed && { failed: 'yes' }),
    ...(since && { since: since.toISOString() }),
    ...(before && { before: before.toISOString() }),
    ...(route !== undefined && { route }),
    ...(person !== undefined && (person.includes('@') ? { sealed: seal(ring, person) } : { person })),
    ...(below !== undefined && { below }),
    limit: String(limit),
  };
}

export function readRequestsQuestion(query: URLSearchParams, ring: SecretRing): RequestsQuery {
  const sealed = query.get('sealed');
  const time = (name: string) => {
    const text = query.get(name);
    return text === null ? undefined : new Date(text);
  };
  return {
    done: query.has('done'),
    refused: query.has('refused'),
    failed: query.has('failed'),
    since: time('since'),
    before: time('before'),
    route: query.get('route') ?? undefined,
    person: (sealed === null ? undefined : unseal(ring, sealed)) ?? query.get('person') ?? undefined,
    below: query.get('below') ?? undefined,
    limit: Math.min(Number(query.get('limit')) || MOST, MOST),
  };
}

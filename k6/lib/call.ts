import { check } from 'k6';
import http, { type RefinedResponse } from 'k6/http';
import { Counter } from 'k6/metrics';
import { operations } from './operations.ts';
import { gateway } from './target.ts';

export type Answer = RefinedResponse<'text'>;

export interface Sent {
  /** For the `{id}` of the path. */
  id?: string;
  query?: string;
  body?: unknown;
  /** Of a signed-in person. */
  token?: string | undefined;
  key?: string;
  /** Another gateway than the load's. */
  at?: string;
}

/** Answers that nothing excuses; the tag `answer` is the operation and what it answered. */
export const unexpectedAnswers = new Counter('unexpected_answers');

/** Calls that were answered at all; the tag `operation` is its id. */
export const called = new Counter('operation_called');

/** Sends to an operation of the API's description and counts an answer that nothing excuses. */
export function send(id: string, { body, token, key, query, at = gateway, ...path }: Sent = {}): Answer {
  const operation = operations[id];
  if (!operation) throw new Error(`the API has no operation ${id}`);
  const url = at + operation.path.replace('{id}', path.id ?? '') + (query === undefined ? '' : `?${query}`);
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const answer = http.request(operation.method, url, body === undefined ? null : JSON.stringify(body), {
    ...{ headers, tags: { name: operation.path, operation: id } },
    ...{ responseType: 'text' as const, responseCallback: http.expectedStatuses({ min: 200, max: 499 }) },
  });
  if (answer.status === 0) return answer;
  called.add(1, { operation: id });
  const fault = faultOf(answer, operation.statuses);
  if (fault !== undefined) unexpectedAnswers.add(1, { answer: `${id}: ${fault}` });
  return answer;
}

/** What is wrong with an answer, whatever happens to the system; undefined for one that a client is prepared for. */
function faultOf({ status, headers }: Answer, documented: readonly number[]): string | undefined {
  if (!documented.includes(status)) return `${status} is not in the description`;
  if (status === 500) return '500';
  if (status === 503 && !headers['Retry-After']) return '503 without Retry-After';
  if (status >= 400 && !headers['Content-Type']?.startsWith('application/problem+json')) {
    return `${status} without a problem document`;
  }
  return undefined;
}

/** Sends, and checks that it was answered as it should be. @throws Error otherwise: the rest of the journey makes no sense */
export function call<Body>(id: string, expected: number, sent: Sent = {}): Body {
  const answer = send(id, sent);
  if (!check(answer, { [`${id} answers ${expected}`]: ({ status }) => status === expected })) {
    throw new Error(`${id} answered ${answer.status || answer.error}: ${answer.body?.slice(0, 300)}`);
  }
  return (answer.body ? answer.json() : undefined) as Body;
}

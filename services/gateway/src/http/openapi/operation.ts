import type { z } from 'zod';
import type { ProblemType } from '../problem.ts';
import * as problems from '../problems.ts';
import { hasSession, type ResponseDoc, type Route } from '../route.ts';
import type { Json, Models } from './models.ts';

/** Whether a gateway with these operations can answer with it. */
export function canOccur({ needs }: ProblemType, operations: ReadonlySet<string>): boolean {
  return needs === undefined || operations.has(needs);
}

/** All kinds of problem that an operation may answer with: the platform's, by what it does, and its own. */
function problemsOf(route: Route, operations: ReadonlySet<string>): ProblemType[] {
  const { auth, body, params, query, idempotent, limits } = route;
  const all = [
    problems.MalformedRequest,
    problems.NotAcceptable,
    problems.BodyTooLarge,
    problems.HeadersTooLarge,
    problems.RequestTimeout,
    ...(body ? [problems.MalformedJson, problems.UnsupportedMediaType] : []),
    ...(body || params || query ? [problems.ValidationFailed] : []),
    ...(auth === 'none' ? [] : [problems.Unauthenticated]),
    ...(hasSession(route) ? [problems.CookieSessionRefused] : []),
    ...(typeof auth === 'object' ? [problems.Forbidden, problems.TwoFactorRequired] : []),
    ...(route.recentSignIn ? [problems.RecentSignInRequired] : []),
    ...(idempotent ? [problems.InvalidIdempotencyKey, problems.RequestInFlight, problems.IdempotencyKeyReused] : []),
    ...(limits?.length ? [problems.RateLimited] : []),
    ...(params ? [problems.NotFound] : []),
    ...(route.problems ?? []),
    problems.InternalError,
    problems.Unavailable,
    ...(route.method === 'get' ? [] : [problems.OutcomeUnknown]),
  ];
  return [...new Set(all)].filter((type) => canOccur(type, operations));
}

/** What the operations of one description have in common. */
interface Whole {
  /** What problem types begin with. */
  problemBase: string;
  /** The ids of all of them: links lead to no others, and what needs another is not described. */
  operations: ReadonlySet<string>;
  models: Models;
}

/** One operation of the OpenAPI description. */
export function describeOperation(route: Route, whole: Whole): Json {
  const { operationId, summary, tags, auth } = route;
  return {
    operationId,
    summary,
    ...(descriptionOf(route) ? { description: descriptionOf(route) } : {}),
    tags,
    security: auth === 'none' ? [] : [{ accessToken: [] }, { sessionCookie: [] }],
    parameters: parametersOf(route, whole.models),
    ...(route.body ? { requestBody: requestBodyOf(route, whole.models) } : {}),
    responses: { ...successesOf(route, whole), ...failuresOf(route, whole) },
  };
}

function descriptionOf({ description, auth, recentSignIn }: Route): string {
  const notes = [
    description,
    typeof auth === 'object' ? `Needs the permission \`${auth.permission}\`.` : undefined,
    recentSignIn ? 'Needs a sign-in, or a confirmed password, of the last minutes in this session.' : undefined,
  ];
  return notes.filter((note) => note !== undefined).join('\n\n');
}

function parametersOf(route: Route, models: Models): unknown[] {
  const headers = [...(route.idempotent ? ['IdempotencyKey'] : []), ...(hasSession(route) ? ['SessionMode'] : [])];
  return [
    ...fieldsOf(route.params, 'path', models),
    ...fieldsOf(route.query, 'query', models),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

function fieldsOf(schema: z.ZodType | undefined, where: 'path' | 'query', models: Models): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = models.schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, examples, ...rest } = property as Json & { examples?: unknown[] };
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description ? { description } : {}),
      schema: rest,
      ...(examples?.length ? { example: examples[0] } : {}),
    };
  });
}

function requestBodyOf({ body, bodyType, requestExample, operationId }: Route, models: Models): Json {
  const type = bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const schema = models.bodyOf(body as z.ZodType, 'input', `${capital(operationId)}Request`);
  return { required: true, content: { [type]: { schema, ...(requestExample ? { example: requestExample } : {}) } } };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function successesOf(route: Route, whole: Whole): Json {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, response]) => [status, describeResponse(response, route, whole)]),
  );
}

function describeResponse(response: ResponseDoc, route: Route, { operations, models }: Whole): Json {
  const { description, schema, example, contentType, headers, links } = response;
  const type = contentType ?? 'application/json';
  const content = {
    ...(schema ? { schema: models.bodyOf(schema, 'output', `${capital(route.operationId)}Result`) } : {}),
    ...(example === undefined ? {} : { example }),
  };
  const own = Object.entries(headers ?? {}).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  // A capability that is not part of this gateway has no operations to link to.
  const known = Object.entries(links ?? {}).filter(([, { operationId }]) => operations.has(operationId));
  return {
    description,
    headers: { ...commonHeaders(route), ...Object.fromEntries(own) },
    ...(schema || contentType ? { content: { [type]: content } } : {}),
    ...(known.length > 0 ? { links: Object.fromEntries(known) } : {}),
  };
}

function commonHeaders({ limits, idempotent }: Route): Json {
  const names = [
    'X-Request-Id',
    ...(limits?.length ? ['RateLimit', 'RateLimit-Policy'] : []),
    ...(idempotent ? ['Idempotency-Replayed'] : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function failuresOf(route: Route, { problemBase, operations }: Whole): Json {
  const byStatus = Map.groupBy(problemsOf(route, operations), ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      status,
      {
        description: types.map(({ title }) => title).join(', or: '),
        headers: {
          'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' },
          ...(status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } : {}),
        },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(types.map((type) => [type.type, { value: exampleOf(type, problemBase) }])),
          },
        },
      },
    ]),
  );
}

/** What an answer of this kind looks like. */
export function exampleOf({ type, title, status }: ProblemType, problemBase: string): Json {
  const errors =
    type === problems.ValidationFailed.type ? { errors: [{ pointer: '/email', detail: 'Is not an address.' }] } : {};
  return { type: problemBase + type, title, status, ...errors, request_id: '5f1d0c7be0a94d1c8d8e2f6f0a1b2c3d' };
}

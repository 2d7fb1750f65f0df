import { z } from 'zod';
import { KEY_PATTERN, MAX_KEY } from '../idempotency/idempotency.ts';
import type { ProblemType } from '../problem.ts';
import { platformProblems } from '../problems.ts';
import type { Route } from '../route.ts';
import { type Json, Models } from './models.ts';
import { canOccur, describeOperation } from './operation.ts';

/** RFC 9457, with our two members: `errors` for validation and `request_id` for support. */
const problem = z
  .object({
    type: z.url().describe('What kind of problem: a stable URI, with a page that explains it.'),
    title: z.string().describe('The kind in a few words, always the same.'),
    status: z.int().min(400).max(599),
    detail: z.string().optional().describe('About this occurrence.'),
    errors: z
      .array(
        z
          .object({
            pointer: z.string().optional().describe('RFC 6901 pointer into the request body.'),
            parameter: z.string().optional().describe('Name of a query or path parameter.'),
            detail: z.string(),
          })
          .meta({ id: 'FieldFault' }),
      )
      .optional(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem' });

const description = `Accounts, in the order in which a person comes to need them.

Fields are snake_case JSON. Errors are problem details (RFC 9457) whose types are explained under [/problems](/problems).
Send an \`Idempotency-Key\` with whatever creates or sends something, and repeating it is safe for 24 hours.
Bodies that are not JSON are answered with 400, bodies with wrong types or values with 422 and all faults at once.`;

/** As a person comes to need them; what is not named here comes after. */
const READING_ORDER = ['sign-up', 'sign-in', 'sessions', 'account', 'recovery', 'second factor', 'administration'];

const header = (text: string, example: string) => ({ description: text, schema: { type: 'string' }, example });

const headers = {
  'X-Request-Id': header(
    'The id of this request in our logs; yours, if you sent a well-formed one.',
    '5f1d0c7be0a94d1c',
  ),
  RateLimit: header(
    'What is left (`r`) of each limit that was counted, and the seconds (`t`) until there is more.',
    '"sign-up";r=9;t=60',
  ),
  'RateLimit-Policy': header('Each limit: requests (`q`) in a window of seconds (`w`).', '"sign-up";q=10;w=60'),
  'Retry-After': header('Seconds to wait.', '5'),
  'Idempotency-Replayed': header('`true` when this is the kept answer of an earlier request.', 'true'),
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A key of your choice for one thing that you want done once: 1 to 255 visible ASCII characters, best a fresh UUID.',
  schema: { type: 'string', minLength: 1, maxLength: MAX_KEY, pattern: KEY_PATTERN },
  example: '5f1d0c7b-e0a9-4d1c-8d8e-2f6f0a1b2c3d',
};

const sessionMode = {
  name: 'Session-Mode',
  in: 'header',
  required: false,
  description:
    '`cookie` from pages whose session is in cookies, with every request; other clients leave it out, and cookies count for nothing then.',
  schema: { type: 'string', enum: ['cookie'] },
};

const sessionCookie = {
  type: 'apiKey',
  in: 'cookie',
  name: '__Host-postern_access',
  description:
    'For pages of the origins that COOKIE_ORIGINS lists, set by the sign-in, and only together with `Session-Mode: cookie`. No script can read it. Over plain HTTP, on a machine of your own, its name has no prefix.',
};

/**
 * The OpenAPI 3.1 description, from the schemas that validate and the routes that serve.
 *
 * @param options.problemBase what problem types begin with
 */
export function describeApi(
  routes: readonly Route[],
  { version, problemBase }: { version: string; problemBase: string },
): Json {
  const paths: Record<string, Json> = {};
  const operations = operationsOf(routes);
  const models = new Models(operations);
  models.schemaOf(problem, 'output');
  for (const route of routes) {
    if (route.hidden) continue;
    const path = route.path.replaceAll(/:([A-Za-z_]+)/g, '{$1}');
    paths[path] ??= {};
    (paths[path] as Json)[route.method] = describeOperation(route, { problemBase, operations, models });
  }
  const found = [...new Set(routes.filter(({ hidden }) => !hidden).flatMap((route) => route.tags))];
  const tags = found.sort((a, b) => placeOf(a) - placeOf(b));
  return {
    openapi: '3.1.1',
    info: { title: 'Postern', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    // Relative, so that trying an operation works on whatever name the page was reached by.
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      schemas: models.schemas,
      headers,
      parameters: { IdempotencyKey: idempotencyKey, SessionMode: sessionMode },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        sessionCookie: sessionCookie,
      },
    },
  };
}

function operationsOf(routes: readonly Route[]): ReadonlySet<string> {
  return new Set(routes.map(({ operationId }) => operationId));
}

function placeOf(tag: string): number {
  const place = READING_ORDER.indexOf(tag);
  return place === -1 ? READING_ORDER.length : place;
}

/** Every kind of problem, each once, for the pages that explain them. */
export function allProblems(routes: readonly Route[]): ProblemType[] {
  const operations = operationsOf(routes);
  const all = [...platformProblems, ...routes.flatMap(({ problems = [] }) => problems)].filter((type) =>
    canOccur(type, operations),
  );
  return [...new Map(all.map((type) => [type.type, type])).values()].sort((a, b) => a.status - b.status);
}

import type { OpenApi, Operation } from './open-api.ts';

const HEAD = `# Every operation of Postern, for editors that send requests (VS Code REST Client, JetBrains). Made from the gateway's OpenAPI
# description by a test of the gateway, which only compares them where CI is set.

@host = http://127.0.0.1:3000
# From the answer of the sign-in.
@access_token =
@id =
`;

/** Every operation as a request, its body the example of the description; in the order of their areas. */
export function describeRequests({ tags, paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const requests = tags
    .flatMap(({ name }) => operations.filter(({ operation }) => operation.tags[0] === name))
    .map(({ method, path, operation }) => requestOf(method, path, operation));
  return [HEAD, ...requests].join('\n');
}

function requestOf(method: string, path: string, operation: Operation): string {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const target = path.replaceAll('{', '{{').replaceAll('}', '}}');
  const lines = [
    `### ${operation.summary}`,
    `${method} {{host}}${target}`,
    ...(operation.security.length > 0 ? ['Authorization: Bearer {{access_token}}'] : []),
    ...(isIdempotent(operation) ? ['Idempotency-Key: {{$guid}}'] : []),
    ...(type === undefined ? [] : [`Content-Type: ${type}`, '', JSON.stringify(content?.example, null, 2)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether it takes an Idempotency-Key. */
export function isIdempotent({ parameters }: Operation): boolean {
  return parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey');
}

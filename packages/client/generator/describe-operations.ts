import type { OpenApi } from './open-api.ts';

const HEAD = `// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.
`;

/** What a client has to know of each operation before it sends, and the kinds of problem that there are. */
export function describeOperations({ paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, parameters }]) => {
      const idempotent = parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey');
      return `  '${method.toUpperCase()} ${path}': { signedIn: ${security.length > 0}, idempotent: ${idempotent} },`;
    }),
  );
  const kinds = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap(({ content }) => Object.keys(content?.['application/problem+json']?.examples ?? {}));
  return `${HEAD}
export const operations: Record<string, { signedIn: boolean; idempotent: boolean }> = {
${operations.sort().join('\n')}
};

/** What the address of a problem's type ends with. */
export type ProblemKind =
${[...new Set(kinds)]
  .sort()
  .map((kind) => `  | '${kind}'`)
  .join('\n')};
`;
}

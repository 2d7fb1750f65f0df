import { isIdempotent } from './describe-requests.ts';
import type { OpenApi, Operation } from './open-api.ts';

const HEAD = `// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.
`;

/** What a client has to know of each operation before it sends, and the kinds of problem that there are. */
export function describeOperations({ paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const facts = {
        signedIn: operation.security.length > 0,
        idempotent: isIdempotent(operation),
        device: takesDevice(operation, components),
      };
      const those = Object.entries(facts).flatMap(([name, is]) => (is ? [`${name}: true`] : []));
      return `  '${method.toUpperCase()} ${path}': ${those.length > 0 ? `{ ${those.join(', ')} }` : '{}'},`;
    }),
  );
  const kinds = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap(({ content }) => Object.keys(content?.['application/problem+json']?.examples ?? {}));
  return `${HEAD}
interface Facts {
  /** Takes the access token of whoever is signed in. */
  signedIn?: true;
  /** Takes an Idempotency-Key. */
  idempotent?: true;
  /** Takes a \`device_token\` in its body. */
  device?: true;
}

export const operations: Record<string, Facts> = {
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

function takesDevice({ requestBody }: Operation, { schemas }: OpenApi['components']): boolean {
  const name = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
  const { properties } = (schemas[name] ?? {}) as { properties?: Record<string, unknown> };
  return properties?.device_token !== undefined;
}

import openapiTypescript, { astToString } from 'openapi-typescript';
import type { OpenApi } from './open-api.ts';

const HEAD = `// Made from the gateway's OpenAPI description by a test of the gateway, which only compares them where CI is set.
`;

/** All failures of an operation are a Problem: once is enough, and the types stay a fraction of the size. */
const FAILURE = { $ref: '#/components/responses/Problem' };
const PROBLEM = {
  description: 'A problem.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The types of all requests and answers. */
export async function describeTypes(document: OpenApi): Promise<string> {
  const input = withoutExamples({
    ...document,
    info: { ...document.info, version: '' },
    paths: withOneFailure(document),
    components: { ...document.components, responses: { Problem: PROBLEM } },
  });
  const nodes = await openapiTypescript(input as Parameters<typeof openapiTypescript>[0], {
    alphabetize: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    // Whoever sends a request may leave out what has a default; answers say themselves that they always have it.
    defaultNonNullable: false,
  });
  return HEAD + astToString(nodes);
}

function withOneFailure({ paths }: OpenApi): unknown {
  return mapValues(paths, (methods) =>
    mapValues(methods, ({ responses, ...operation }) => {
      const good = Object.entries(responses).filter(([status]) => Number(status) < 400);
      return { ...operation, responses: { ...Object.fromEntries(good), default: FAILURE } };
    }),
  );
}

function mapValues<From, To>(map: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}

/** They hold the address of the gateway that was asked. */
function withoutExamples(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutExamples);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([name]) => name !== 'example' && name !== 'examples');
  return Object.fromEntries(kept.map(([name, child]) => [name, withoutExamples(child)]));
}

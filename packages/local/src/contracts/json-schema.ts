// biome-ignore lint/suspicious/noExplicitAny: a schema is walked by the keywords that are looked for.
export type Json = any;

/** A schema with the document that its references are into. */
export interface Located {
  schema: Json;
  root: Json;
}

/** What a reference leads to; everything else as it is. */
export function resolved({ schema, root }: Located): Json {
  let found = schema;
  while (typeof found?.$ref === 'string') {
    // `#` alone is the whole document, as in a schema that contains itself.
    found = found.$ref
      .split('/')
      .slice(1)
      .reduce((node: Json, key: string) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], root);
  }
  return found ?? {};
}

/** The alternatives of a schema, each with one type at most: `anyOf`, `oneOf` and lists of types are the same to whoever reads a value. */
export function alternatives({ schema, root }: Located): Json[] {
  const node = resolved({ schema, root });
  const choices = node.anyOf ?? node.oneOf;
  if (choices) return choices.flatMap((choice: Json) => alternatives({ schema: choice, root }));
  if (Array.isArray(node.type)) return node.type.map((type: string) => ({ ...node, type }));
  return [node];
}

/** The values that a schema lists; undefined when it does not. */
export function listedValues(schema: Json): unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  return schema.enum;
}

/** In words, for whoever reads what broke. */
export function nameOf(schema: Json): string {
  const values = listedValues(schema);
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ');
  return schema.type ?? 'anything';
}

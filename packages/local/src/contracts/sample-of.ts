import { alternatives, type Json, listedValues } from './json-schema.ts';

const STRINGS: Record<string, string> = {
  uuid: '0197a1c2-0000-7000-8000-000000000001',
  'date-time': '2026-01-01T00:00:00.000Z',
  date: '2026-01-01',
  email: 'ann@example.com',
  uri: 'https://example.com/',
};

/** From here on only what is required: a schema that contains itself has no end. */
const DEEPEST = 4;

/** Where a schema says less than its name: whom a message is for, and in which language. */
const NAMED: readonly [RegExp, string][] = [
  [/^(email|to|recipient)$|_email$/, 'ann@example.com'],
  [/^locale$/, 'en'],
];

/**
 * A value that a schema accepts, as far as its keywords say: whoever records one validates it.
 *
 * @param fields `all`, or those alone that are required
 */
export function sampleOf(schema: Json, fields: 'all' | 'required', root: Json = schema, name = '', depth = 0): unknown {
  const choices = alternatives({ schema, root });
  const node = choices.find(({ type }) => type !== 'null') ?? choices[0];
  const [value] = listedValues(node) ?? [];
  if (value !== undefined) return value;
  if (node.type === 'object') {
    const names = fields === 'all' && depth < DEEPEST ? Object.keys(node.properties ?? {}) : (node.required ?? []);
    return Object.fromEntries(
      names.map((name: string) => [name, sampleOf(node.properties[name], fields, root, name, depth + 1)]),
    );
  }
  if (node.type === 'array') {
    return Array.from({ length: node.minItems ?? (depth < DEEPEST ? 1 : 0) }, () =>
      sampleOf(node.items ?? {}, fields, root, '', depth + 1),
    );
  }
  if (node.type === 'string') {
    const text = NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? STRINGS[node.format] ?? 'sample';
    return text.padEnd(node.minLength ?? 0, 'x').slice(0, node.maxLength);
  }
  if (node.type === 'integer' || node.type === 'number') return Math.max(1, node.minimum ?? 1);
  return node.type === 'boolean' ? true : null;
}

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sampleOf } from './sample-of.ts';
import { type Parties, schemaBreaks } from './schema-breaks.ts';

const both = { writers: true, readers: true } as const;
const before = z.object({
  id: z.uuid(),
  name: z.string().max(100),
  kind: z.enum(['a', 'b']),
  note: z.string().optional(),
});

function breaks(old: z.ZodType, now: z.ZodType, parties: Parties = both): string[] {
  const located = (schema: z.ZodType) => {
    const json = z.toJSONSchema(schema, { io: 'input' });
    return { schema: json, root: json };
  };
  return schemaBreaks(located(old), located(now), parties);
}

describe('a change that breaks somebody is named with its field', () => {
  it.each<[string, z.ZodType, string]>([
    ['a field that is gone', before.omit({ name: true }), '/name is gone, and older readers expect it'],
    [
      'a new field that is required',
      before.extend({ at: z.string() }),
      '/at is required now, and what was written before may lack it',
    ],
    [
      'an optional field that is required',
      before.extend({ note: z.string() }),
      '/note is required now, and what was written before may lack it',
    ],
    [
      'a required field that is optional',
      before.extend({ name: z.string().max(100).optional() }),
      '/name may be absent now',
    ],
    ['another type', before.extend({ name: z.number() }), '/name was string and is number'],
    [
      'a value that may be null now',
      before.extend({ name: z.string().max(100).nullable() }),
      '/name may now be null, which older readers do not know',
    ],
    ['a shorter limit', before.extend({ name: z.string().max(50) }), '/name is narrower: maxLength was 100 and is 50'],
    [
      'a limit where there was none',
      before.extend({ note: z.string().min(3).optional() }),
      '/note is narrower: minLength was absent and is 3',
    ],
    ['another format', before.extend({ id: z.email() }), '/id is narrower: pattern was'],
    ['a value that is refused', before.extend({ kind: z.enum(['a', 'c']) }), '/kind no longer accepts "b"'],
    [
      'a list of values where any was accepted',
      before.extend({ name: z.enum(['a']) }),
      '/name accepts only "a", and accepted any string',
    ],
    ['further fields that are refused', z.strictObject(before.shape), 'the data accepts no further fields any more'],
    ['no object any more', z.array(before), 'the data was object and is array'],
  ])('%s', (_what, now, expected) => {
    expect(breaks(before, now).join('\n')).toContain(expected);
  });

  it('in depth, in lists and in alternatives', () => {
    const nested = (name: z.ZodType) => z.object({ list: z.array(z.object({ name })) });
    expect(breaks(nested(z.string()), nested(z.number()))).toEqual(['/list/*/name was string and is number']);
    const named = (name: z.ZodType) => z.record(z.string(), name);
    expect(breaks(named(z.string()), named(z.boolean()))).toEqual(['/* was string and is boolean']);
    const either = z.union([z.string(), z.number()]);
    expect(breaks(either, z.string())).toEqual(['the data no longer accepts number as it was']);
    expect(breaks(z.string(), either)).toEqual(['the data may now be number, which older readers do not know']);
  });
});

it('a schema that contains itself has an end, and what breaks in it is found', () => {
  const tree = (name: z.ZodType): z.ZodType => {
    const node: z.ZodType = z.object({
      name,
      get children() {
        return z.array(node);
      },
    });
    return node;
  };
  expect(breaks(tree(z.string()), tree(z.string()))).toEqual([]);
  expect(breaks(tree(z.string()), tree(z.number()))[0]).toBe('/name was string and is number');
  const json = z.toJSONSchema(tree(z.string()));
  expect(tree(z.string()).safeParse(sampleOf(json, 'required')).success).toBe(true);
});

describe('a change that breaks nobody is not reported', () => {
  it.each<[string, z.ZodType]>([
    ['the same', before],
    ['a new field that is optional', before.extend({ at: z.string().optional() })],
    ['a longer limit', before.extend({ name: z.string().max(200) })],
    ['a limit that is gone', before.extend({ name: z.string() })],
    ['one more value', before.extend({ kind: z.enum(['a', 'b', 'c']) })],
    ['a description', before.extend({ name: z.string().max(100).describe('as people write it') })],
  ])('%s', (_what, now) => {
    expect(breaks(before, now)).toEqual([]);
  });

  it('to those alone who write, or read', () => {
    const more = before.extend({ at: z.string() });
    expect(breaks(before, more, { readers: true })).toEqual([]);
    expect(breaks(more, before, { writers: true })).toEqual([]);
    expect(breaks(more, before, { readers: true })).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedName } from './repeated-name.ts';

describe('a name that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', ['a']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"a":{"b":1,"c":2,"b":3}}', ['a', 'b']],
    ['[1,{"x":[{"y":0,"y":1}]}]', ['1', 'x', '0', 'y']],
    ['{"":1,"":2}', ['']],
    ['{"a":"}","b":[],"a":0}', ['a']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ])('of %s is found', (text, path) => {
    expect(repeatedName(text)).toEqual(path);
  });

  it.each(['{"a":"a","b":"a"}', '[{"a":1},{"a":1}]', '{"a":{"a":{"a":1}}}', '"a"', '{"a":"\\",\\"a\\":1"}'])(
    'is not in %s',
    (text) => {
      expect(repeatedName(text)).toBeUndefined();
    },
  );

  it('is in no text that JSON.stringify has made', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(repeatedName(JSON.stringify(value))).toBeUndefined();
      }),
    );
  });

  it('is looked for once however deep 16 KB of brackets nest', () => {
    expect(repeatedName(`${'['.repeat(8_000)}${']'.repeat(8_000)}`)).toBeUndefined();
  });
});

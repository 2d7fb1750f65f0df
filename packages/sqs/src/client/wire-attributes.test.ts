import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAttributeName, isGroupId, refusedCharacter, toSqsBody, toSqsText } from './sqs-text.ts';
import { fromWire, toWire, WIRE, withoutReserved } from './wire-attributes.ts';

describe('Attributes on the wire', () => {
  test('come back as they were, however many there are, in at most ten of SQS', () => {
    const further = fc.dictionary(fc.stringMatching(/^x[a-z]{0,8}$/), fc.string(), {
      maxKeys: 20,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(further, (attributes) => {
        const wire = toWire(
          { [WIRE.id]: 'a', [WIRE.type]: 't', [WIRE.encoding]: 'json', [WIRE.attempt]: '2' },
          attributes,
        );
        expect(Object.keys(wire).length).toBeLessThanOrEqual(10);
        expect(withoutReserved(fromWire(wire))).toEqual(attributes);
        expect(fromWire(wire)[WIRE.id]).toBe('a');
      }),
    );
  });

  test.each([
    '{"a":{"toString":1},"b":"c"}',
    '{"no name":"b"}',
    `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    '["a"]',
    '7',
    '{',
  ])('in a header that the engine did not write stay what they are: %.40s', (StringValue) => {
    const wire = { [WIRE.headers]: { DataType: 'String', StringValue } };
    expect(fromWire(wire)).toEqual({ [WIRE.headers]: StringValue });
  });

  test('may have the names of what every object has', () => {
    const further = { toString: 'a', constructor: 'b', valueOf: '' };
    expect(withoutReserved(fromWire(toWire({ [WIRE.id]: 'a' }, further)))).toEqual(further);
  });

  test('of the engine cannot be overwritten by the sender', () => {
    expect(fromWire(toWire({ [WIRE.id]: 'a' }, { [WIRE.id]: 'b', [WIRE.attempt]: '9', mine: 'c' }))).toEqual({
      [WIRE.id]: 'a',
      mine: 'c',
    });
  });

  test('had no prefix once, and are read where only the engine can have written them', () => {
    const text = (values: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      );
    const id = '0198a3e2-0000-7000-8000-000000000001';
    const old = { id, type: 't', encoding: 'json', attempt: '2', 'not-before': '1767225600000', headers: '{"x":"y"}' };
    expect(fromWire(text(old))).toEqual({
      [WIRE.id]: id,
      [WIRE.type]: 't',
      [WIRE.encoding]: 'json',
      [WIRE.attempt]: '2',
      [WIRE.notBefore]: '1767225600000',
      x: 'y',
    });
    for (const others of [
      { ...old, id: '1' },
      { ...old, attempt: '0' },
      { ...old, encoding: 'utf-8' },
      { id, type: 't' },
    ]) {
      expect(fromWire(text(others))).toEqual(others);
    }
  });
});

describe('Text for SQS', () => {
  test('loses what SQS refuses and is cut between characters', () => {
    expect(toSqsText('a\u0000b\uFFFFc\uD800', 100)).toBe('a\uFFFDb\uFFFDc\uFFFD');
    expect(toSqsText('aé€b', 6)).toBe('aé€');
    expect(toSqsText('aé€b', 5)).toBe('aé');
    expect(toSqsText('a😀', 100)).toBe('a\\u{1f600}');
    expect(refusedCharacter('tab\tline\n\r 😀')).toBe(-1);
    expect(refusedCharacter('ab\u000b')).toBe(2);
  });

  test('beyond U+FFFF travels as escapes in JSON, with the same meaning, and other formats are left alone', () => {
    for (const name of ['plain', 'é€', '😀', '𠮷野', 'a\\"😀\n', '\uFFFF', '\uFFFE😀', '\\😀']) {
      const body = toSqsBody(JSON.stringify({ [name]: name }));
      expect(JSON.parse(body)).toEqual({ [name]: name });
      expect(body).not.toMatch(/[\uD800-\uDFFF\uFFFE\uFFFF]/);
    }
    expect(toSqsBody('{"first_name":"😀"}')).toBe('{"first_name":"\\ud83d\\ude00"}');
    expect(toSqsBody('<name>😀</name>')).toBe('<name>😀</name>');
  });

  test('knows names of attributes and groups', () => {
    for (const name of ['a', 'a.b', 'A-b_c.9']) expect(isAttributeName(name)).toBe(true);
    for (const name of ['', '.a', 'a.', 'a..b', 'a b', 'AWS.x', 'amazon.x', 'é', 'x'.repeat(257)]) {
      expect(isAttributeName(name)).toBe(false);
    }
    expect(isGroupId('tenant-1/a')).toBe(true);
    for (const id of ['', 'a b', 'é', 'x'.repeat(129)]) expect(isGroupId(id)).toBe(false);
  });
});

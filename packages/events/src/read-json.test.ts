import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from './define.ts';
import { EnvelopeError } from './envelope-error.ts';
import { EnvelopeReader, signEnvelope } from './envelope-reader.ts';
import { EnvelopeWriter } from './envelope-writer.ts';
import { refusalReason } from './testing/refusal-reason.ts';
import { testKeys } from './testing/test-keys.ts';
import { GATEWAY } from './writers.ts';

const gatewayKeys = testKeys('g1');
const keys = { [GATEWAY]: gatewayKeys };
const gateway = new EnvelopeWriter(GATEWAY, gatewayKeys);

describe('a signed message whose text is changed so that it is read as the same value, or nearly', () => {
  const Free = defineEvent('order.noted', 1, z.object({ note: z.unknown(), count: z.number().nullable() }));
  const anyReader = new EnvelopeReader([Free], keys);
  const written = gateway.write(Free, { note: { a: 1 }, count: null }).body;
  const zero = gateway.write(Free, { note: { a: 1 }, count: 0 }).body;

  it.each([
    ['a number beyond a double in the place of null', written.replace('"count":null', '"count":1e999')],
    ['a negative one', written.replace('"count":null', '"count":-1e999')],
    ['-0 in the place of 0', zero.replace('"count":0', '"count":-0')],
    ['-0.0e5', zero.replace('"count":0', '"count":-0.0e5')],
    ['a name twice, the genuine one last', written.replace('"count":null', '"count":7,"count":null')],
    ['a name twice, once in escapes', written.replace('"count":null', '"c\\u006funt":7,"count":null')],
    ['a name twice in an inner object', written.replace('{"a":1}', '{"a":2,"a":1}')],
    ['a field __proto__', written.replace('{"a":1}', '{"a":1,"__proto__":{"admin":true}}')],
    ['a field __proto__ of the envelope', written.replace('{', '{"__proto__":{"x":1},')],
  ])('is given up at once: %s', (_what, text) => {
    expect(text).not.toBe(written);
    expect(refusalReason(text, anyReader)).toBe('not-an-envelope');
  });

  it.each([0, 1, -1.5, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 12345678901234567890n.toString()])(
    'a number is for its handler what was signed: %s',
    (count) => {
      const given = Number(count);
      const { body: text } = gateway.write(Free, { note: 'n', count: given });
      expect(anyReader.read(text).envelope.data).toEqual({ note: 'n', count: given });
    },
  );

  it.each(['\ud800', 'a\udc00b', '\ufffe', '\u0000', '\u2028', '😀', '__proto__', '"quoted": {[', '\\"', 'a:b'])(
    'a text is for its handler what was signed, as a value and as a name: %j',
    (odd) => {
      const note = { list: [odd, `${odd}${odd}`], [`x${odd}`]: odd };
      expect(anyReader.read(gateway.write(Free, { note, count: 1 }).body).envelope.data).toEqual({ note, count: 1 });
    },
  );

  it('what is in half a surrogate pair cannot be changed', () => {
    const { body: text } = gateway.write(Free, { note: '\ud800', count: 1 });
    expect(refusalReason(text.replace('\\ud800', '\\ud801'), anyReader)).toBe('wrong-mac');
    expect(refusalReason(text.replace('\\ud800', '\\ufffd'), anyReader)).toBe('wrong-mac');
  });
});

describe('a message that is nested deep', () => {
  const Free = defineEvent('order.noted', 1, z.object({ note: z.unknown() }));
  const anyReader = new EnvelopeReader([Free], keys);
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['lists, 10 KB', lists(5_000)],
    ['objects, 10 KB', objects(1_700)],
    ['lists, 1 MB', lists(500_000)],
    ['a little more than is taken', lists(63)],
  ])('is given up at once, with a key that is known or without any: %s', (_what, text) => {
    const { body: genuine } = gateway.write(Free, { note: 'here' });
    expect(refusalReason(genuine.replace('"here"', text), anyReader)).toBe('not-an-envelope');
    expect(refusalReason(text, anyReader)).toBe('not-an-envelope');
    expect(() => signEnvelope(keys, genuine.replace('"here"', text))).toThrow(EnvelopeError);
  });

  it('is written as deep as it is read, and no deeper', () => {
    const { body: deepest } = gateway.write(Free, { note: nested(62) });
    expect(refusalReason(deepest, anyReader)).toBe('read');
    const around: { self?: unknown } = {};
    around.self = around;
    const itself = { toJSON: () => itself };
    for (const note of [nested(63), nested(3_000), around, itself]) {
      expect(() => gateway.write(Free, { note })).toThrow(expect.objectContaining({ reason: 'invalid-data' }));
    }
  });
});

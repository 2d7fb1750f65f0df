import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAttributeName, isGroupId, refusedCharacter, toSqsText } from './sqs-text.ts';
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

  test('of the engine cannot be overwritten by the sender', () => {
    expect(fromWire(toWire({ [WIRE.id]: 'a' }, { id: 'b', attempt: '9', mine: 'c' }))).toEqual({ id: 'a', mine: 'c' });
  });
});

describe('Text for SQS', () => {
  test('loses what SQS refuses and is cut between characters', () => {
    expect(toSqsText('a\u0000b\uFFFFc\uD800', 100)).toBe('a\uFFFDb\uFFFDc\uFFFD');
    expect(toSqsText('aé€😀', 6)).toBe('aé€');
    expect(toSqsText('aé€😀', 5)).toBe('aé');
    expect(refusedCharacter('tab\tline\n\r 😀')).toBe(-1);
    expect(refusedCharacter('ab\u000b')).toBe(2);
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

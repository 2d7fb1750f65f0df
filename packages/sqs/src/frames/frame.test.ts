import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokenFrameError, FRAME_TYPE, type FrameEntry, MAX_FRAME_ENTRIES, packFrame, unpackFrame } from './frame.ts';

const text = fc.string({ unit: 'binary' });
const entry: fc.Arbitrary<FrameEntry> = fc.record({
  id: fc.string({ minLength: 1 }),
  type: fc.string(),
  body: text,
  sentAt: fc.nat(),
  traceparent: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
  attempt: fc.integer({ min: 1, max: 1_000 }),
  attributes: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]+$/), text, { minKeys: 1, noNullPrototype: true }), {
    nil: undefined,
  }),
});

describe('A frame', () => {
  test('gives back exactly the entries that were packed, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (entries) => {
        expect(unpackFrame(packFrame(entries))).toEqual(entries);
      }),
    );
  });

  test('that was cut or changed anywhere is refused or gives other entries, but never crashes', () => {
    const whole = packFrame(
      Array.from({ length: 30 }, (_, n) => ({ id: `m${n}`, type: 't', body: 'b'.repeat(n), sentAt: n })),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string(), (at, put) => {
        for (const broken of [whole.slice(0, at), whole.slice(0, at) + put + whole.slice(at + put.length)]) {
          try {
            unpackFrame(broken);
          } catch (error) {
            expect(error).toBeInstanceOf(BrokenFrameError);
          }
        }
      }),
    );
  });

  test('cut at any place is refused', () => {
    const whole = packFrame(
      Array.from({ length: 30 }, (_, n) => ({ id: `m${n}`, type: 't', body: `body ${n * 7919}`, sentAt: n })),
    );
    // A cut of base64's last group loses only padding.
    for (let at = 0; at < whole.length - 4; at++)
      expect(() => unpackFrame(whole.slice(0, at))).toThrow(BrokenFrameError);
  });

  test('that unpacks to brackets alone is refused before it is parsed, and an entry a little too deep is one broken entry', () => {
    const pack = (text: string) => zstdCompressSync(text).toString('base64');
    const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(() => unpackFrame(pack(deep(2_000_000)))).toThrow('nested 2000000 deep');
    expect(() => unpackFrame(pack(`[["a","t","b",1],{"a":${deep(20)}}]`))).toThrow(BrokenFrameError);
    const [good, bad] = unpackFrame(pack(`[["a","t","[[[[",1,"",1,{"x":"]]"}],${deep(10)}]`));
    expect([good?.id, good?.fault, bad?.fault]).toEqual([
      'a',
      undefined,
      'Entry 1 of the frame has a field of the wrong kind',
    ]);
  });

  test('with an entry that cannot be read gives back the others, and that one with its reason', () => {
    const rows = [['a', 't', 'good', 1], ['b', 't', 7, 1], 'c', ['d', 't', 'good too', 2]];
    const entries = unpackFrame(zstdCompressSync(JSON.stringify(rows)).toString('base64'));
    expect(entries.map(({ id }) => id)).toEqual(['a', '', '', 'd']);
    expect(entries.map(({ fault }) => fault)).toEqual([
      undefined,
      'Entry 1 of the frame has a field of the wrong kind',
      'Entry 2 of the frame is not an array',
      undefined,
    ]);
    expect(entries[1]?.body).toBe('["b","t",7,1]');
  });

  test.each([
    ['id', ['a\u0001', 't', 'body', 1]],
    ['type', ['a', 't\uFFFE', 'body', 1]],
    ['trace', ['a', 't', 'body', 1, 'x\u0000']],
    ['attribute', ['a', 't', 'body', 1, '', 1, { 'no name': 'x' }]],
  ])('with an entry that SQS would not take by itself has it as one that cannot be read: its %s', (_what, row) => {
    const body = zstdCompressSync(JSON.stringify([['good', 't', 'body', 1], row])).toString('base64');
    expect(unpackFrame(body).map(({ fault }) => fault?.slice(0, 44))).toEqual([
      undefined,
      'Entry 1 of the frame has an id, a type, a tr',
    ]);
  });

  test('of nothing that can be read is refused as a whole', () => {
    expect(() => unpackFrame(zstdCompressSync('[1,{}]').toString('base64'))).toThrow(
      /Entry 0 of the frame is not an array/,
    );
  });

  test('accepts no id or type that is too long for a log line and a metric', () => {
    const good = ['id-1', 'a.type', '{}', 1];
    for (const row of [
      ['x'.repeat(257), 'a.type', '{}', 1],
      ['id-2', 'x'.repeat(257), '{}', 1],
    ]) {
      const [first, second] = unpackFrame(zstdCompressSync(JSON.stringify([good, row])).toString('base64'));
      expect(first?.fault).toBeUndefined();
      expect(second).toMatchObject({ type: FRAME_TYPE, fault: expect.stringContaining('more than 256 characters') });
    }
  });

  describe('that is a bomb', () => {
    const rows = (count: number) => `[${Array(count).fill('["","","",1]').join(',')}]`;
    const packed = (text: string) => zstdCompressSync(text).toString('base64');

    test('of a million entries in two kilobytes is refused before it is unpacked', () => {
      const bomb = packed(rows(1_290_000));
      expect(bomb.length).toBeLessThan(2_500);
      expect(() => unpackFrame(bomb)).toThrow(BrokenFrameError);
    });

    test('of more entries than any sender packs is refused, whatever their size', () => {
      expect(() => unpackFrame(packed(rows(MAX_FRAME_ENTRIES + 1)))).toThrow(/1001 entries; 1000 are allowed/);
    });

    test('that asks for a window larger than what may be unpacked is refused', () => {
      const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_compressionLevel]: 1 };
      const wide = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024), { params }).toString('base64');
      expect(() => unpackFrame(wide)).toThrow(BrokenFrameError);
    });
  });
});

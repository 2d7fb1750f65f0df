import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { SecretRing, secretRing } from './secret-ring.ts';

const base64 = () => randomBytes(32).toString('base64');

describe('a ring of secret keys', () => {
  it('writes with its first key and accepts all of them', () => {
    const [one, two] = [base64(), base64()];
    const ring = SecretRing.parse(`2026-11:${one},2026-05:${two}`);
    expect(ring.writing).toEqual({ id: '2026-11', bytes: Buffer.from(one, 'base64') });
    expect(ring.find('2026-05')).toEqual(Buffer.from(two, 'base64'));
    expect(ring.find('2025-11')).toBeUndefined();
  });

  it('can be one bare key, whose id comes from it: the same each time, and none of the key', () => {
    const key = base64();
    const ring = SecretRing.parse(key);
    expect(ring.writing.id).toMatch(/^[0-9a-f]{8}$/);
    expect(SecretRing.parse(key).writing.id).toBe(ring.writing.id);
    expect(SecretRing.parse(base64()).writing.id).not.toBe(ring.writing.id);
    expect(ring.writing.bytes.toString('hex')).not.toContain(ring.writing.id);
  });

  it('keeps a bare key known by its id when it is written out beside a new one', () => {
    const key = base64();
    const { id } = SecretRing.parse(key).writing;
    expect(SecretRing.parse(`new:${base64()},${key}`).find(id)).toEqual(Buffer.from(key, 'base64'));
  });

  it('knows a bare key by the id it had when it is given one, unless another key has that', () => {
    const key = base64();
    const { id } = SecretRing.parse(key).writing;
    const ring = SecretRing.parse(`new:${base64()},old:${key}`);
    expect(ring.named(id)).toEqual({ id: 'old', bytes: Buffer.from(key, 'base64') });
    expect(ring.ids).toContain(id);
    expect(SecretRing.parse(`old:${key},${id}:${base64()}`).named(id)?.id).toBe(id);
  });

  it('reads its own text', () => {
    const ring = SecretRing.parse(`a:${base64()},b:${base64()}`);
    expect(SecretRing.parse(ring.toText()).all).toEqual(ring.all);
  });

  it('is written to a log as the ids of its keys', () => {
    expect(JSON.stringify({ ring: SecretRing.parse(`a:${base64()},b:${base64()}`) })).toBe('{"ring":["a","b"]}');
  });

  it.each([
    ['', /not 32 bytes/],
    ['short', /not 32 bytes/],
    [`a:${base64()} b:${base64()}`, /not 32 bytes/],
    [`a:${base64()},`, /not 32 bytes/],
    [`a b:${base64()}`, /key id/],
    [`:${base64()}`, /key id/],
    [`a:${base64()},a:${base64()}`, /two keys have the id a/],
  ])('is not "%s"', (text, fault) => {
    expect(() => SecretRing.parse(text)).toThrow(fault);
  });

  it('is asked for by name when its variable is missing or wrong, without a word of its value', () => {
    const shape = { A_KEY: secretRing('32 random bytes'), B_KEY: secretRing('32 random bytes') };
    const read = () => readEnv(shape, { B_KEY: 'hunter2' });
    expect(read).toThrow(/A_KEY is not set: expected 32 random bytes/);
    expect(read).toThrow(/B_KEY: expected 32 random bytes: a key is not 32 bytes/);
    expect(read).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }));
  });
});

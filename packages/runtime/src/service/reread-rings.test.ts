import { expect, it } from 'vitest';
import { SecretRing } from '../configuration/secret-ring.ts';
import { rereadRings } from './reread-rings.ts';

const ring = (fill: number) => SecretRing.of(Buffer.alloc(32, fill));

it('rings that were read again reach whoever holds them, and nothing else changes', () => {
  const current = { A_KEY: ring(1), B_KEY: ring(2), PORT: 1, C_KEY: undefined };
  const held = current.A_KEY;
  expect(rereadRings(current, { A_KEY: ring(3), B_KEY: ring(2), PORT: 2, C_KEY: ring(4) })).toEqual(['A_KEY']);
  expect(held.writing).toEqual(ring(3).writing);
  expect(current.PORT).toBe(1);
});

it('a key with other bytes under the same id is refused, and no ring is taken on', () => {
  const named = (id: string, fill: number) => SecretRing.parse(`${id}:${Buffer.alloc(32, fill).toString('base64')}`);
  const current = { A_KEY: ring(1), B_KEY: named('2026', 2) };
  const fresh = { A_KEY: ring(3), B_KEY: named('2026', 4) };
  expect(() => rereadRings(current, fresh)).toThrow(
    /B_KEY: the key "2026" is not the one that had this id before; give the new key an id/,
  );
  expect(current.A_KEY.toText()).toBe(ring(1).toText());
  expect(current.B_KEY.find('2026')).toEqual(Buffer.alloc(32, 2));
});

import { expect, it } from 'vitest';
import { SecretRing } from '../secret-ring.ts';
import { rereadRings } from './reread-rings.ts';

const ring = (fill: number) => SecretRing.of(Buffer.alloc(32, fill));

it('rings that were read anew reach whoever holds them, and nothing else changes', () => {
  const current = { A_KEY: ring(1), B_KEY: ring(2), PORT: 1, C_KEY: undefined };
  const held = current.A_KEY;
  expect(rereadRings(current, { A_KEY: ring(3), B_KEY: ring(2), PORT: 2, C_KEY: ring(4) })).toEqual(['A_KEY']);
  expect(held.writing).toEqual(ring(3).writing);
  expect(current.PORT).toBe(1);
});

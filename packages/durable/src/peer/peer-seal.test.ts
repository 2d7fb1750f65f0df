import { randomBytes } from 'node:crypto';
import { SecretRing } from '@postern/runtime';
import { expect, it } from 'vitest';
import { seal, unseal } from './peer-seal.ts';

const ring = SecretRing.of(randomBytes(32));

it('is read by whoever has the key, and shows nothing of the text', () => {
  const sealed = seal(ring, 'ann@example.com');
  expect(unseal(ring, sealed)).toBe('ann@example.com');
  expect(sealed).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(seal(ring, 'ann@example.com')).not.toBe(sealed);
});

it('is nothing for whoever has another key, or once it was changed', () => {
  const other = SecretRing.of(randomBytes(32));
  const sealed = seal(ring, 'ann@example.com');
  expect(unseal(other, sealed)).toBeUndefined();
  expect(unseal(other, sealed.replace(ring.writing.id, other.writing.id))).toBeUndefined();
  expect(unseal(ring, `${sealed}A`)).toBeUndefined();
});

it.each(['', 'a', 'a.', '.b', 'a.b', 'ann@example.com'])('is nothing of what was never sealed: %s', (text) => {
  expect(unseal(ring, text)).toBeUndefined();
});

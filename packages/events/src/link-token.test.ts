import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkToken, readLinkToken } from './link-token.ts';

const key = randomBytes(32);

describe('a link token', () => {
  it('gives back the id it was made from, for any id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => readLinkToken(key, 'verify-email', linkToken(key, 'verify-email', id)) === id),
    );
  });

  it('fits a URL without escaping', () => {
    expect(linkToken(key, 'verify-email', randomUUID())).toMatch(/^[\w-]{64}$/);
  });

  it('is worthless for another purpose', () => {
    const token = linkToken(key, 'verify-email', randomUUID());
    expect(readLinkToken(key, 'reset-password', token)).toBeUndefined();
  });

  it('is worthless under another key', () => {
    const token = linkToken(key, 'verify-email', randomUUID());
    expect(readLinkToken(randomBytes(32), 'verify-email', token)).toBeUndefined();
  });

  it('is refused when any single character differs', () => {
    const token = linkToken(key, 'verify-email', randomUUID());
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(readLinkToken(key, 'verify-email', token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it('is undefined for text of any kind', () => {
    fc.assert(fc.property(fc.string(), (text) => readLinkToken(key, 'verify-email', text) === undefined));
  });
});

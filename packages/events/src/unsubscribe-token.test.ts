import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testKeys } from './testing/test-keys.ts';
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.ts';

const keys = testKeys('k1');
const recipient = randomBytes(32);

describe('an unsubscribe token', () => {
  it('gives back the recipient and the mail it was made from', () => {
    expect(readUnsubscribeToken(keys, unsubscribeToken(keys, { recipient, mail: 'weekly-news' }))).toEqual({
      recipient,
      mail: 'weekly-news',
    });
  });

  it('fits a URL without escaping', () => {
    expect(unsubscribeToken(keys, { recipient, mail: 'weekly-news' })).toMatch(/^k1\.[\w-]{86,120}$/);
  });

  it('is worthless under another key', () => {
    const token = unsubscribeToken(keys, { recipient, mail: 'weekly-news' });
    expect(readUnsubscribeToken(testKeys('k1'), token)).toBeUndefined();
  });

  it('is refused when any single character differs', () => {
    const token = unsubscribeToken(keys, { recipient, mail: 'weekly-news' });
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(readUnsubscribeToken(keys, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it('is undefined for text of any kind', () => {
    fc.assert(fc.property(fc.string(), (text) => readUnsubscribeToken(keys, text) === undefined));
  });
});

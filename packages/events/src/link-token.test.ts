import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeySet } from './key-set.ts';
import { linkRecipient, linkToken, readLinkToken, readUnprovenLink } from './link-token.ts';
import { testKeys } from './testing/test-keys.ts';

const keys = testKeys('k1');
const ann = 'ann@example.com';

const made = (by: KeySet = keys, address = ann) => linkToken(by, 'verify-email', randomUUID(), address);

describe('a link token', () => {
  it('gives back the id it was made from and whom it was mailed to, for any id', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.emailAddress(), (id, address) => {
        const token = linkToken(keys, 'verify-email', id, address);
        expect(readLinkToken(keys, 'verify-email', token)).toEqual({ id, recipient: linkRecipient(id, address) });
      }),
    );
  });

  it('fits a URL without escaping', () => {
    expect(made()).toMatch(/^k1\.[\w-]{86}$/);
  });

  it('is worthless for another purpose', () => {
    expect(readLinkToken(keys, 'reset-password', made())).toBeUndefined();
  });

  it('is worthless under another key, and under the same key by another id', () => {
    expect(readLinkToken(testKeys('k1'), 'verify-email', made())).toBeUndefined();
    const sameKey: KeySet = { writing: keys.writing, find: (id) => (id === 'k2' ? keys.writing.bytes : undefined) };
    expect(readLinkToken(sameKey, 'verify-email', made())).toBeUndefined();
  });

  it('is read by an older key of the ring, and no more when that is gone', () => {
    const rotated = testKeys('k2', keys.writing);
    expect(readLinkToken(rotated, 'verify-email', made())).toBeDefined();
    expect(readLinkToken(testKeys('k2'), 'verify-email', made())).toBeUndefined();
    expect(made(rotated)).toMatch(/^k2\./);
  });

  it('says which key, row and recipient it is about, whoever has signed it, and is nothing in any other form', () => {
    const id = randomUUID();
    const token = linkToken(testKeys('k9'), 'verify-email', id, ann);
    const claim = { id, recipient: linkRecipient(id, ann) };
    expect(readUnprovenLink(token)).toEqual({ keyId: 'k9', claim });
    const text = token.slice(token.indexOf('.') + 1);
    for (const other of [
      text,
      `.${text}`,
      `k 9.${text}`,
      `${'k'.repeat(21)}.${text}`,
      `${token}A`,
      token.slice(1, -1),
    ]) {
      expect(readUnprovenLink(other), other).toBeUndefined();
    }
  });

  it('is for another recipient when it is mailed to another address, and for the same under each spelling of one', () => {
    const id = randomUUID();
    const to = (address: string) => linkRecipient(id, address).toString('hex');
    expect(to('mallory@example.com')).not.toBe(to(ann));
    expect(to('ANN@Example.COM')).toBe(to(ann));
    expect(to('ann@M\u00dcLLER.example')).toBe(to('ann@xn--mller-kva.example'));
    expect(to('zoe\u0308@example.com')).toBe(to('zo\u00eb@example.com'));
    expect(linkRecipient(randomUUID(), ann)).not.toEqual(linkRecipient(id, ann));
  });

  it('is refused when any single character differs', () => {
    const token = made();
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(readLinkToken(keys, 'verify-email', token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
    }
  });

  it('is undefined for text of any kind', () => {
    fc.assert(fc.property(fc.string(), (text) => readLinkToken(keys, 'verify-email', `k1.${text}`) === undefined));
    fc.assert(fc.property(fc.string(), (text) => readLinkToken(keys, 'verify-email', text) === undefined));
  });
});

import { createCipheriv, hkdfSync } from 'node:crypto';
import { SecretRing } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { SecretBox } from './secret-box.ts';

const text = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const boxWith = (ring: string) => new SecretBox(testConfig({ KEY_ENCRYPTION_KEY: SecretRing.parse(ring) }));
const box = boxWith(`one:${text(1)}`);
const secret = Buffer.from('a secret');
/** What the releases before keys had ids have sealed: "a secret" of ada's under key 1. */
const fromBefore = sealedBefore();

function sealedBefore(): Buffer {
  const key = hkdfSync('sha256', Buffer.alloc(32, 1), '', 'postern/totp', 32);
  const nonce = Buffer.alloc(12, 7);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), nonce).setAAD(Buffer.from('ada'));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

describe('SecretBox', () => {
  it('opens what it has sealed, and seals the same differently each time', () => {
    const sealed = box.seal('totp', 'ada', secret);
    expect(box.open('totp', 'ada', sealed)).toEqual(secret);
    expect(sealed.includes(secret)).toBe(false);
    expect(box.seal('totp', 'ada', secret).equals(sealed)).toBe(false);
  });

  it('opens nothing for another purpose, another owner or under another key, and nothing that was changed', () => {
    const sealed = box.seal('totp', 'ada', secret);
    const changed = Buffer.from(sealed);
    changed[20] = (changed[20] as number) ^ 1;
    for (const open of [
      () => box.open('signing-key', 'ada', sealed),
      () => box.open('totp', 'mallory', sealed),
      () => boxWith(`one:${text(2)}`).open('totp', 'ada', sealed),
      () => boxWith(`two:${text(2)}`).open('totp', 'ada', sealed),
      () => box.open('totp', 'ada', changed),
      () => box.open('totp', 'ada', Buffer.alloc(3)),
    ]) {
      expect(open).toThrow('does not open');
    }
  });

  it('seals with the first key of its ring and opens with all of them', () => {
    const sealed = box.seal('totp', 'ada', secret);
    const both = boxWith(`two:${text(2)},one:${text(1)}`);
    expect(both.keyIdOf(sealed)).toBe('one');
    expect(both.open('totp', 'ada', sealed)).toEqual(secret);
    expect(both.keyIdOf(both.seal('totp', 'ada', secret))).toBe('two');
  });

  it('opens what a bare key has sealed when that key has been given an id', () => {
    const sealed = boxWith(text(1)).seal('totp', 'ada', secret);
    const both = boxWith(`two:${text(2)},one:${text(1)}`);
    expect(both.open('totp', 'ada', sealed)).toEqual(secret);
    expect(both.keyIdOf(sealed)).toBe('one');
  });

  it('opens what was sealed before keys had ids, with whichever key did it', () => {
    expect(boxWith(`two:${text(2)},one:${text(1)}`).open('totp', 'ada', fromBefore)).toEqual(secret);
    expect(box.keyIdOf(fromBefore)).toBeUndefined();
    expect(boxWith(`two:${text(2)},one:${text(1)}`).sealerFromBefore('totp', 'ada', fromBefore)?.id).toBe('one');
    expect(box.sealerFromBefore('totp', 'ada', box.seal('totp', 'ada', secret))).toBeUndefined();
  });
});

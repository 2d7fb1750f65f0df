import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { SecretBox } from './secret-box.ts';

const box = new SecretBox(testConfig());
const secret = Buffer.from('a secret');

describe('SecretBox', () => {
  it('opens what it has sealed, and seals the same differently each time', () => {
    const sealed = box.seal('totp', 'ada', secret);
    expect(box.open('totp', 'ada', sealed)).toEqual(secret);
    expect(sealed.includes(secret)).toBe(false);
    expect(box.seal('totp', 'ada', secret).equals(sealed)).toBe(false);
  });

  it('opens nothing for another purpose, another owner or under another key, and nothing that was changed', () => {
    const sealed = box.seal('totp', 'ada', secret);
    const other = new SecretBox(testConfig({ KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1) }));
    const changed = Buffer.from(sealed);
    changed[14] = (changed[14] as number) ^ 1;
    for (const open of [
      () => box.open('signing-key', 'ada', sealed),
      () => box.open('totp', 'mallory', sealed),
      () => other.open('totp', 'ada', sealed),
      () => box.open('totp', 'ada', changed),
      () => box.open('totp', 'ada', Buffer.alloc(3)),
    ]) {
      expect(open).toThrow('does not open');
    }
  });

  it('derives a key for each purpose', () => {
    expect(box.derive('a')).toHaveLength(32);
    expect(box.derive('a').equals(box.derive('b'))).toBe(false);
  });
});

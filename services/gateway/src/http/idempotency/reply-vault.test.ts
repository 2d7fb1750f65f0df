import { describe, expect, it } from 'vitest';
import { readIdempotencyKey } from './idempotency.ts';
import { ReplyVault } from './reply-vault.ts';

const vault = new ReplyVault(() => Buffer.alloc(32, 1));

describe('kept answers', () => {
  it('are read with the key they were written with, and with no other', () => {
    const { replyKey } = vault.fingerprint(['order', 'ada'], 'key-one-1', {});
    const sealed = vault.seal({ status: 201, body: { id: 'ü' }, headers: { location: '/x' } }, replyKey);
    expect(vault.open(sealed, replyKey)).toEqual({ status: 201, body: { id: 'ü' }, headers: { location: '/x' } });
    const other = vault.fingerprint(['order', 'bob'], 'key-one-1', {});
    expect(() => vault.open(sealed, other.replyKey)).toThrow();
    sealed[sealed.length - 1] = (sealed.at(-1) as number) ^ 1;
    expect(() => vault.open(sealed, replyKey)).toThrow();
  });

  it('are found by scope and key, and distinguished by the body', () => {
    const one = vault.fingerprint(['a'], 'key-one-1', { x: 1 });
    const two = vault.fingerprint(['a'], 'key-one-1', { x: 2 });
    expect(one.id).toEqual(two.id);
    expect(one.bodyHash).not.toEqual(two.bodyHash);
    expect(vault.fingerprint(['a', 'b'], 'c', {}).id).not.toEqual(vault.fingerprint(['a'], 'b","c', {}).id);
  });

  it('cannot be found without the secret of the server', () => {
    const thief = new ReplyVault(() => Buffer.alloc(32, 2));
    expect(thief.fingerprint(['a'], 'key-one-1', {}).bodyHash).not.toEqual(
      vault.fingerprint(['a'], 'key-one-1', {}).bodyHash,
    );
  });
});

describe('the Idempotency-Key header', () => {
  it('is read bare or as a structured string', () => {
    expect(readIdempotencyKey(undefined)).toBeUndefined();
    expect(readIdempotencyKey('018f4d7e-5b0c')).toBe('018f4d7e-5b0c');
    expect(readIdempotencyKey('"018f4d7e-5b0c"')).toBe('018f4d7e-5b0c');
  });
});

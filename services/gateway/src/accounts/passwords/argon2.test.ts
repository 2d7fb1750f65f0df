import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { argon2id, formatHash, parseHash } from './argon2.ts';

describe('argon2id', () => {
  it('hashes as the reference implementation does', async () => {
    // From the test vectors of P-H-C/phc-winner-argon2 (src/test.c): argon2id, v=19, t=2, m=256, p=1.
    const tag = await argon2id('password', Buffer.from('somesalt'), { memory: 256, passes: 2, parallelism: 1 });
    expect(tag.toString('hex')).toBe('9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe');
  });

  it.each([
    { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 },
    { memory: 8, passes: 1, parallelism: 1, tagLength: 32 },
    { memory: 64, passes: 3, parallelism: 4, tagLength: 24 },
  ])('makes the same of a password as Node.js does, whose hashes are stored: %o', async ({ tagLength, ...cost }) => {
    const nonce = Buffer.from('sixteen bytes of');
    for (const password of ['', 'pässwörd 🔑', 'x'.repeat(1_000)]) {
      const tag = await argon2id(password, nonce, cost, tagLength);
      expect(tag).toEqual(argon2Sync('argon2id', { message: password, nonce, tagLength, ...cost }));
    }
  });

  it('leaves the event loop free meanwhile', async () => {
    let turns = 0;
    let hashing = true;
    const turn = () => {
      turns += 1;
      if (hashing) setImmediate(turn);
    };
    const hash = argon2id('password', Buffer.from('somesalt'), { memory: 65_536, passes: 2, parallelism: 1 });
    turn();
    await hash;
    hashing = false;
    expect(turns).toBeGreaterThan(10);
  });

  it('writes and reads the PHC string format', () => {
    const text = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    const parsed = parseHash(text);
    expect(parsed).toMatchObject({ memory: 19_456, passes: 2, parallelism: 1 });
    expect(parsed.salt.toString()).toBe('somesalt');
    expect(formatHash(parsed)).toBe(text);
  });

  it('treats a corrupt hash as an error, never as a wrong password', () => {
    for (const text of ['', 'password', '$2b$10$abc', '$argon2i$v=19$m=8,t=1,p=1$c2FsdA$dGFn']) {
      expect(() => parseHash(text)).toThrow('not an argon2id PHC string');
    }
  });
});

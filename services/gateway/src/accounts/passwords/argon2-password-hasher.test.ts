import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { Argon2PasswordHasher } from './argon2-password-hasher.ts';
import { HashQueue } from './hash-queue.ts';

function hasher(overrides = {}): Argon2PasswordHasher {
  return new Argon2PasswordHasher(new HashQueue({ concurrency: 2, limit: 10 }), testConfig(overrides));
}

describe('Argon2PasswordHasher', () => {
  it('accepts the password it has hashed and no other', async () => {
    const hash = await hasher().hash('correct horse');
    expect(await hasher().verify('correct horse', hash)).toBe(true);
    for (const wrong of ['correct horse ', 'Correct horse', 'correct hors', '']) {
      expect(await hasher().verify(wrong, hash)).toBe(false);
    }
  });

  it('salts each hash afresh', async () => {
    const hashes = await Promise.all(Array.from({ length: 5 }, () => hasher().hash('the same')));
    expect(new Set(hashes).size).toBe(5);
  });

  it('accepts the same characters for the same password, however they are composed', async () => {
    const hash = await hasher().hash('cafe\u0301 au lait');
    expect(await hasher().verify('caf\u00e9 au lait', hash)).toBe(true);
  });

  it('matches nothing where there is no hash', async () => {
    expect(await hasher().verify('anything', undefined)).toBe(false);
  });

  it('reports which hashes were made at another cost, and still accepts them', async () => {
    const old = await hasher({ PASSWORD_HASH_PASSES: 2 }).hash('correct horse');
    expect(hasher().isOutdated(old)).toBe(true);
    expect(hasher().isOutdated(await hasher().hash('x'))).toBe(false);
    expect(await hasher().verify('correct horse', old)).toBe(true);
  });
});

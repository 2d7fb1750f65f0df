import { FakeClock, SecretRing } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { KeyRing } from './key-ring.ts';
import { MemorySigningKeyStore } from './memory-signing-key-store.ts';
import { SecretBox } from './secret-box.ts';
import type { SigningKey } from './signing-key-store.ts';

let clock: FakeClock;
let store: MemorySigningKeyStore;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemorySigningKeyStore();
});

const ring = () => new KeyRing(store, new SecretBox(testConfig()), testConfig(), clock);

describe('KeyRing', () => {
  it('makes one first key, however many ask for it at once', async () => {
    const keys = ring();
    await Promise.all(Array.from({ length: 20 }, () => keys.ready()));
    expect(store.keys).toHaveLength(1);
    expect(keys.signing().kid).toBe(store.keys[0]?.kid);
  });

  it('makes keys for the algorithm that the settings name, and keeps those of another', async () => {
    const config = testConfig();
    await ring().ready();
    const es256 = new KeyRing(store, new SecretBox(config), testConfig({ ACCESS_TOKEN_ALGORITHM: 'ES256' }), clock);
    await es256.rotate();
    expect((await es256.published()).keys.map(({ alg, crv }) => [alg, crv])).toEqual([
      ['ES256', 'P-256'],
      ['EdDSA', 'Ed25519'],
    ]);
  });

  it('refuses to sign before it has read its keys', () => {
    expect(() => ring().signing()).toThrow('KeyRing.ready() comes first');
  });

  it('agrees from the first token on among replicas that started at once, whichever made the key', async () => {
    const [here, there] = [ring(), ring()];
    await Promise.all([here.ready(), there.ready()]);
    expect(here.signing().kid).toBe(there.signing().kid);
    expect(store.keys).toHaveLength(1);
  });

  it('knows a key that another replica has just made, when a token shows it', async () => {
    const [here, there] = [ring(), ring()];
    await here.ready();
    await there.ready();
    const { kid } = await here.rotate();
    await clock.advance(5_000);
    expect(await there.verifying(kid)).toBeDefined();
  });

  it('knows a key that another replica made while its own look at the keys was long in coming', async () => {
    class SlowStore extends MemorySigningKeyStore {
      override async accepted(now: Date): Promise<SigningKey[]> {
        const keys = await store.accepted(now);
        await clock.advance(6_000);
        return keys;
      }
    }
    await ring().ready();
    const there = new KeyRing(new SlowStore(), new SecretBox(testConfig()), testConfig(), clock);
    await there.ready();
    const { kid } = await ring().rotate();
    expect(await there.verifying(kid)).toBeDefined();
  });

  it('reads the database once in five seconds at most, whatever ids strangers make up', async () => {
    const keys = ring();
    await keys.ready();
    const { reads } = store;
    for (let index = 0; index < 100; index++) expect(await keys.verifying(`kid${index}`)).toBeUndefined();
    expect(store.reads).toBe(reads);
  });

  it('signs with the new key a minute after a rotation, and accepts the old one until its last token has expired', async () => {
    const keys = ring();
    await keys.ready();
    const old = keys.signing().kid;
    const { kid } = await keys.rotate();
    expect(keys.signing().kid).toBe(old);
    expect((await keys.published()).keys.map((key) => key.kid)).toEqual([kid, old]);
    await clock.advance(60_000);
    expect(keys.signing().kid).toBe(kid);
    await clock.advance(600_000);
    expect(await keys.verifying(old)).toBeDefined();
    await clock.advance(60_000);
    expect(await keys.verifying(old)).toBeUndefined();
    expect((await keys.published()).keys).toHaveLength(1);
  });

  it('refuses a revoked key at once, in every replica after ten seconds, and signs with a new one', async () => {
    const [here, there] = [ring(), ring()];
    await here.ready();
    await there.ready();
    const { kid } = here.signing();
    const { successor } = await here.revoke(kid);
    expect(await here.verifying(kid)).toBeUndefined();
    expect(here.signing().kid).toBe(successor);
    expect((await here.published()).keys.map((key) => key.kid)).toEqual([successor]);
    await clock.advance(10_000);
    expect(await there.verifying(kid)).toBeUndefined();
    expect(await there.verifying(successor ?? '')).toBeDefined();
    await there.ready();
    expect(there.signing().kid).toBe(successor);
  });

  it('goes on signing when a key that was replaced already is revoked', async () => {
    const keys = ring();
    await keys.ready();
    const old = keys.signing().kid;
    const { kid } = await keys.rotate();
    await clock.advance(60_000);
    expect(await keys.revoke(old)).toEqual({});
    expect(keys.signing().kid).toBe(kid);
    expect((await keys.list()).map((key) => key.kid)).toEqual([kid]);
    await expect(keys.revoke(old)).rejects.toThrow(/no key .* is accepted/);
  });

  it('is checked at start: another KEY_ENCRYPTION_KEY is an error in the configuration, and the right one is not', async () => {
    await ring().check();
    await ring().check();
    const other = testConfig({ KEY_ENCRYPTION_KEY: SecretRing.of(Buffer.alloc(32, 1)) });
    await expect(new KeyRing(store, new SecretBox(other), other, clock).check()).rejects.toThrow(
      /KEY_ENCRYPTION_KEY: it does not open the signing key/,
    );
  });

  it('signs with a key that it has read before what sealed it left KEY_ENCRYPTION_KEY', async () => {
    await ring().ready();
    const config = testConfig({ KEY_ENCRYPTION_KEY: SecretRing.of(Buffer.alloc(32)) });
    const keys = new KeyRing(store, new SecretBox(config), config, clock);
    await keys.ready();
    config.env.KEY_ENCRYPTION_KEY.replaceBy(SecretRing.of(Buffer.alloc(32, 1)));
    expect(keys.signing().kid).toBe(store.keys[0]?.kid);
  });

  it('publishes public halves alone', async () => {
    const { keys } = await ring().published();
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ]);
  });

  it('reports what is wrong when KEY_ENCRYPTION_KEY was changed', async () => {
    await ring().ready();
    const other = testConfig({ KEY_ENCRYPTION_KEY: SecretRing.of(Buffer.alloc(32, 1)) });
    const keys = new KeyRing(store, new SecretBox(other), other, clock);
    await keys.ready();
    expect(() => keys.signing()).toThrow('has KEY_ENCRYPTION_KEY the key that it was sealed with?');
  });
});

import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { adasPrincipal, testConfig } from '../testing/fixtures.ts';
import { AccessTokens } from './access-tokens.ts';
import { KeyRing } from './key-ring.ts';
import { MemorySigningKeyStore } from './memory-signing-key-store.ts';
import { SecretBox } from './secret-box.ts';
import { TokenAuthenticator } from './token-authenticator.ts';

let clock: FakeClock;
let tokens: AccessTokens;
let authenticator: TokenAuthenticator;

beforeEach(async () => {
  clock = new FakeClock();
  const config = testConfig();
  tokens = new AccessTokens(
    new KeyRing(new MemorySigningKeyStore(), new SecretBox(config), config, clock),
    config,
    clock,
  );
  await tokens.ready();
  authenticator = new TokenAuthenticator(tokens, clock);
});

describe('TokenAuthenticator', () => {
  it('gives the principal that a token was issued for', async () => {
    const principal = { ...adasPrincipal, permissions: ['users.read'] };
    expect(await authenticator.authenticate(await tokens.issue(principal))).toEqual(principal);
  });

  it('verifies a token once, and remembers it until it expires', async () => {
    const token = await tokens.issue(adasPrincipal);
    const first = await authenticator.authenticate(token);
    // The very same object: it was not verified again.
    expect(await authenticator.authenticate(token)).toBe(first);
    await clock.advance(605_000);
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(await authenticator.authenticate(token)).toBeUndefined();
  });

  it('remembers no token that is not good', async () => {
    for (const token of ['', 'x', 'a.b.c', 'x'.repeat(5_000)]) {
      expect(await authenticator.authenticate(token)).toBeUndefined();
    }
  });
});

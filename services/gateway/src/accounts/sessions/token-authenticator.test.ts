import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { NoSecondFactors } from '../factors/no-second-factors.ts';
import { MemoryRoleStore } from '../roles/memory-role-store.ts';
import { Permits } from '../roles/permits.ts';
import { adasPrincipal, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import { KeyRing } from '../tokens/key-ring.ts';
import { MemorySigningKeyStore } from '../tokens/memory-signing-key-store.ts';
import { RefreshTokens } from '../tokens/refresh-tokens.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { AccountAccess } from './account-access.ts';
import { MemoryLiveAccounts } from './memory-live-accounts.ts';
import { MemorySessionStore } from './memory-session-store.ts';
import { SessionHolders } from './session-holders.ts';
import { Sessions } from './sessions.ts';
import { TokenAuthenticator } from './token-authenticator.ts';
import { TokenPairs } from './token-pairs.ts';

let clock: FakeClock;
let keys: KeyRing;
let tokens: AccessTokens;
let sessions: Sessions;
let authenticator: TokenAuthenticator;

beforeEach(async () => {
  clock = new FakeClock();
  const config = testConfig();
  keys = new KeyRing(new MemorySigningKeyStore(), new SecretBox(config), config, clock);
  tokens = new AccessTokens(keys, config, clock);
  await tokens.ready();
  const permits = new Permits(new MemoryRoleStore(), new NoSecondFactors(), testConfig());
  const access = new AccountAccess(new MemoryLiveAccounts(), permits, new TestJournal(), tx);
  const pairs = new TokenPairs(tokens, new RefreshTokens(config), new MemoryRoleStore());
  const store = new MemorySessionStore();
  sessions = new Sessions(store, pairs, config, clock);
  authenticator = new TokenAuthenticator(tokens, access, new SessionHolders(store, pairs, tx), clock);
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

  it('refuses a token that it remembers once its key is revoked', async () => {
    const token = await tokens.issue(adasPrincipal);
    expect(await authenticator.authenticate(token)).toEqual(adasPrincipal);
    await keys.revoke(keys.signing().kid);
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(await authenticator.authenticate(await tokens.issue(adasPrincipal))).toEqual(adasPrincipal);
  });

  it('knows whose session a refresh token is of, and uses none up', async () => {
    const { refresh_token } = await sessions.open(tx, adasPrincipal.userId, context);
    for (const _again of [1, 2]) {
      expect(await authenticator.holderOf(refresh_token, 'here')).toMatchObject({
        userId: adasPrincipal.userId,
        roles: [],
      });
    }
    const other = refresh_token.endsWith('A') ? 'B' : 'A';
    expect(await authenticator.holderOf(refresh_token.slice(0, -1) + other, 'here')).toBeUndefined();
    expect(await authenticator.holderOf('x', 'here')).toBeUndefined();
  });

  it('remembers no token that is not good', async () => {
    for (const token of ['', 'x', 'a.b.c', 'x'.repeat(5_000)]) {
      expect(await authenticator.authenticate(token)).toBeUndefined();
    }
  });
});

import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemorySessionStore } from '../sessions/memory-session-store.ts';
import { Sessions } from '../sessions/sessions.ts';
import { TokenPairs } from '../sessions/token-pairs.ts';
import { ada, adasPrincipal, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { AccessTokens } from '../tokens/access-tokens.ts';
import { KeyRing } from '../tokens/key-ring.ts';
import { MemorySigningKeyStore } from '../tokens/memory-signing-key-store.ts';
import { RefreshTokens } from '../tokens/refresh-tokens.ts';
import { SecretBox } from '../tokens/secret-box.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { AccountSwitch } from './account-switch.ts';
import { LastAdmin } from './last-admin.ts';
import { MemoryRoleStore } from './memory-role-store.ts';

let users: MemoryUserStore;
let roles: MemoryRoleStore;
let store: MemorySessionStore;
let sessions: Sessions;
let journal: TestJournal;
let accounts: AccountSwitch;

beforeEach(async () => {
  const config = testConfig();
  const clock = new FakeClock();
  const box = new SecretBox(config);
  users = new MemoryUserStore(clock);
  users.users.set(ada.id, ada);
  roles = new MemoryRoleStore();
  store = new MemorySessionStore();
  const access = new AccessTokens(new KeyRing(new MemorySigningKeyStore(), box, config, clock), config, clock);
  sessions = new Sessions(store, new TokenPairs(access, new RefreshTokens(box), roles), config, clock);
  await sessions.ready();
  journal = new TestJournal();
  accounts = new AccountSwitch(users, sessions, new LastAdmin(roles), journal);
});

describe('AccountSwitch', () => {
  it('disables a person and ends their sessions, once', async () => {
    await sessions.open(tx, ada.id, context);
    const disabled = await accounts.disable(tx, ada.id, adasPrincipal, context);
    expect(disabled.disabledAt).not.toBeNull();
    expect([...store.reasons.values()]).toEqual(['user-disabled']);
    await accounts.disable(tx, ada.id, adasPrincipal, context);
    expect(journal.types).toEqual(['user.disabled']);
    expect(journal.audit.summary).toEqual(['disable-user success']);
  });

  it('enables a person again, once', async () => {
    await accounts.disable(tx, ada.id, adasPrincipal, context);
    expect((await accounts.enable(tx, ada.id, adasPrincipal, context)).disabledAt).toBeNull();
    await accounts.enable(tx, ada.id, adasPrincipal, context);
    expect(journal.types).toEqual(['user.disabled', 'user.enabled']);
  });

  it('keeps the last admin, and knows nobody whom there is not', async () => {
    roles.given.set(ada.id, ['admin']);
    await expect(accounts.disable(tx, ada.id, adasPrincipal, context)).rejects.toMatchObject({ type: 'last-admin' });
    await expect(accounts.enable(tx, 'nobody', adasPrincipal, context)).rejects.toMatchObject({ status: 404 });
  });
});

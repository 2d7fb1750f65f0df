import { FakeClock } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { LastAdmin } from '../roles/last-admin.ts';
import { MemoryRoleStore } from '../roles/memory-role-store.ts';
import type { MemorySessionStore } from '../sessions/memory-session-store.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ada, context, TestJournal, fakeTransaction as tx } from '../testing/fixtures.ts';
import { memorySessions } from '../testing/memory-sessions.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { AccountSwitch } from './account-switch.ts';

const by = { actorId: ada.id, context };

let users: MemoryUserStore;
let roles: MemoryRoleStore;
let store: MemorySessionStore;
let sessions: Sessions;
let journal: TestJournal;
let accounts: AccountSwitch;

beforeEach(async () => {
  const clock = new FakeClock();
  users = new MemoryUserStore(clock);
  users.users.set(ada.id, ada);
  roles = new MemoryRoleStore();
  const memory = memorySessions(clock);
  ({ store, sessions } = memory);
  await sessions.ready();
  journal = new TestJournal();
  accounts = new AccountSwitch(users, memory.endings, new LastAdmin(roles), journal);
});

describe('AccountSwitch', () => {
  it('disables a person and ends their sessions, once', async () => {
    await sessions.open(tx, ada.id, context);
    const disabled = await accounts.disable(tx, ada.id, by);
    expect(disabled.disabledAt).not.toBeNull();
    expect([...store.reasons.values()]).toEqual(['user-disabled']);
    await accounts.disable(tx, ada.id, by);
    expect(journal.events.types).toEqual(['user.disabled']);
    expect(journal.audit.summary).toEqual(['disable-user success']);
  });

  it('enables a person again, once', async () => {
    await accounts.disable(tx, ada.id, by);
    expect((await accounts.enable(tx, ada.id, by)).disabledAt).toBeNull();
    await accounts.enable(tx, ada.id, by);
    expect(journal.events.types).toEqual(['user.disabled', 'user.enabled']);
  });

  it('keeps the last admin, and knows nobody whom there is not', async () => {
    roles.given.set(ada.id, ['admin']);
    await expect(accounts.disable(tx, ada.id, by)).rejects.toMatchObject({ type: 'last-admin' });
    await expect(accounts.enable(tx, 'nobody', by)).rejects.toMatchObject({ status: 404 });
  });
});

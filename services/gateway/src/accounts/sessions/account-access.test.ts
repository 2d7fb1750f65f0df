import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSecondFactors } from '../factors/fake-second-factors.ts';
import { MemoryRoleStore } from '../roles/memory-role-store.ts';
import { Permits } from '../roles/permits.ts';
import { ada, adasPrincipal, context, TestJournal, testConfig, fakeTransaction as tx } from '../testing/fixtures.ts';
import { AccountAccess } from './account-access.ts';
import { MemoryLiveAccounts } from './memory-live-accounts.ts';

let live: MemoryLiveAccounts;
let roles: MemoryRoleStore;
let journal: TestJournal;
let factors: FakeSecondFactors;
let access: AccountAccess;

beforeEach(() => {
  live = new MemoryLiveAccounts();
  roles = new MemoryRoleStore();
  journal = new TestJournal();
  factors = new FakeSecondFactors();
  access = accessUnder('off');
});

function accessUnder(policy: 'off' | 'required'): AccountAccess {
  const permits = new Permits(roles, factors, testConfig({ ADMIN_TWO_FACTOR: policy }));
  return new AccountAccess(live, permits, journal, tx);
}

describe('AccountAccess', () => {
  it('lets nobody pass whose session has ended, whatever is in the token', async () => {
    expect(await access.isLive(adasPrincipal, context)).toBe(false);
    expect(() => access.personOf(context)).toThrow();
    live.people.set(adasPrincipal.sessionId, ada);
    expect(await access.isLive(adasPrincipal, context)).toBe(true);
  });

  it('knows whom it has let in for each request by itself, and nobody of a request that it was not asked about', async () => {
    const [first, second, unasked] = [{ ...context }, { ...context }, { ...context }];
    live.people.set(adasPrincipal.sessionId, ada);
    await access.isLive(adasPrincipal, first);
    live.people.set(adasPrincipal.sessionId, { ...ada, firstName: 'Augusta' });
    await access.isLive(adasPrincipal, second);
    expect([access.personOf(first).firstName, access.personOf(second).firstName]).toEqual([ada.firstName, 'Augusta']);
    expect(() => access.personOf(unasked)).toThrow();
  });

  it('notes once that a client has the tokens of a refresh', async () => {
    live.people.set(adasPrincipal.sessionId, ada);
    const refreshed = { ...adasPrincipal, generation: 3 };
    await access.isLive(adasPrincipal, context);
    expect(live.received.size).toBe(0);
    await access.isLive(refreshed, context);
    expect(live.received.get(adasPrincipal.sessionId)).toBe(3);
    live.received.clear();
    await access.isLive(refreshed, context);
    expect(live.received.size).toBe(0);
  });

  it('goes by the roles of now and not by those of the token', async () => {
    const claims = { ...adasPrincipal, roles: ['admin'], permissions: ['users.read'] };
    expect(await access.permits(claims, 'users.read', context)).toBe(false);
    await roles.setRoles(tx, ada.id, ['admin']);
    expect(await access.permits(adasPrincipal, 'users.read', context)).toBe(true);
  });

  it('lets an administrator do nothing before a second factor is set up, where that is demanded', async () => {
    const strict = accessUnder('required');
    await roles.setRoles(tx, ada.id, ['admin']);
    const asked = () => strict.permits(adasPrincipal, 'users.read', context);
    await expect(asked()).rejects.toMatchObject({ status: 403, type: 'two-factor-required' });
    factors.people.set(ada.id, new Date());
    expect(await asked()).toBe(true);
    expect(journal.audit.entries).toMatchObject([{ action: 'access', outcome: 'failure', reason: 'no second factor' }]);
  });

  it('records a refusal with the permission, once a minute, so that nobody fills the log by asking', async () => {
    for (let times = 0; times < 5; times++) await access.permits(adasPrincipal, 'users.read', context);
    await access.permits(adasPrincipal, 'roles.write', context);
    expect(journal.audit.entries).toMatchObject([
      { action: 'access', outcome: 'failure', actorId: ada.id, details: { permission: ['users.read'] } },
      { action: 'access', outcome: 'failure', actorId: ada.id, details: { permission: ['roles.write'] } },
    ]);
  });

  it('records the next refusal where the database could not take the one before', async () => {
    const { record } = journal.audit;
    journal.audit.record = () => Promise.reject(new Error('no room'));
    await expect(access.permits(adasPrincipal, 'users.read', context)).rejects.toThrow('no room');
    journal.audit.record = record;
    expect(await access.permits(adasPrincipal, 'users.read', context)).toBe(false);
    expect(journal.audit.entries).toHaveLength(1);
  });

  it('records any other refusal once a minute, and none whose request has left a failure already', async () => {
    const late = { operationId: 'eraseUser', problem: 'recent-sign-in-required' };
    for (let times = 0; times < 3; times++) await access.noteRefusal(ada.id, late, { ...context });
    await journal.recordNow({ action: 'confirm-password', outcome: 'failure', context });
    await access.noteRefusal(ada.id, { operationId: 'changePassword', problem: 'wrong-password' }, context);
    expect(journal.audit.entries).toMatchObject([
      { action: 'access', reason: 'refused', details: { operation: ['eraseUser'], problem: [late.problem] } },
      { action: 'confirm-password' },
    ]);
  });
});

import { type Database, FakeClock, type Transaction } from '@postern/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Links } from '../links/links.ts';
import { MemoryLinkTokenStore } from '../links/memory-link-token-store.ts';
import { NoBreachCheck } from '../passwords/breach-check.ts';
import { FakePasswordHasher } from '../passwords/fake-password-hasher.ts';
import { NewPasswords } from '../passwords/new-passwords.ts';
import { PasswordPolicy } from '../passwords/password-policy.ts';
import { LastAdmin } from '../roles/last-admin.ts';
import { MemoryRoleStore } from '../roles/memory-role-store.ts';
import { RoleAssignment } from '../roles/role-assignment.ts';
import { MemorySignUpStore } from '../sign-ups/memory-sign-up-store.ts';
import { ProvenAddresses } from '../sign-ups/proven-addresses.ts';
import { SignUps } from '../sign-ups/sign-ups.ts';
import { ada, context, TestJournal, testConfig, testLinkKeyWatch, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { AdminCreation, AdminRefused } from './admin-creation.ts';

const database = { transaction: (work: (tx: Transaction) => unknown) => work(tx) } as unknown as Database;
const operators = 'the operator has a long passphrase';

let users: MemoryUserStore;
let pending: MemorySignUpStore;
let signUps: SignUps;
let roles: MemoryRoleStore;
let journal: TestJournal;
let admins: AdminCreation;

beforeEach(() => {
  const config = testConfig();
  const clock = new FakeClock();
  users = new MemoryUserStore();
  pending = new MemorySignUpStore();
  signUps = new SignUps(
    pending,
    new Links(new MemoryLinkTokenStore(), config, clock, testLinkKeyWatch()),
    config,
    clock,
  );
  roles = new MemoryRoleStore();
  journal = new TestJournal();
  const passwords = new NewPasswords(new PasswordPolicy(config, new NoBreachCheck()), new FakePasswordHasher());
  const assignment = new RoleAssignment(users, roles, new LastAdmin(roles), journal);
  admins = new AdminCreation(new ProvenAddresses(users, signUps), passwords, assignment, journal);
});

describe('AdminCreation', () => {
  it('makes an account of exactly what the operator gave, whatever strangers signed up with', async () => {
    await signUps.add(tx, { ...ada, passwordHash: 'new:stranger password' }, context);
    const { id, created } = await admins.create(
      database,
      { email: ada.email, firstName: 'Ops', password: operators },
      'kim',
    );
    expect(created).toBe(true);
    expect([...users.users.values()]).toMatchObject([
      { id, firstName: 'Ops', passwordHash: `new:${operators}`, emailVerifiedAt: expect.any(Date) },
    ]);
    expect(pending.rows).toEqual([]);
    expect(await roles.grantsOf(tx, id)).toMatchObject({ roles: ['admin', 'user'] });
    expect(journal.audit.summary).toEqual(['set-roles success', 'create-admin success']);
  });

  it('has on record which operator gave the role, beside what it was before', async () => {
    users.users.set(ada.id, ada);
    roles.given.set(ada.id, ['user']);
    await admins.create(database, { email: ada.email }, 'kim');
    expect(journal.audit.entries.map(({ details }) => details)).toEqual([
      { by: ['kim'], before: ['user'], after: ['admin', 'user'] },
      { by: ['kim'] },
    ]);
  });

  it('makes an admin of an account that exists, beside the roles that it has', async () => {
    users.users.set(ada.id, ada);
    roles.roles.push({ name: 'auditor', description: 'Reads', permissions: [] });
    roles.given.set(ada.id, ['auditor', 'user']);
    expect(await admins.create(database, { email: ada.email }, 'kim')).toEqual({ id: ada.id, created: false });
    expect(await roles.grantsOf(tx, ada.id)).toMatchObject({ roles: ['admin', 'auditor', 'user'] });
    expect(users.users.get(ada.id)).toEqual(ada);
  });

  it.each([{ password: operators }, { firstName: 'Ops' }, { lastName: 'Ops' }])(
    'refuses what it would have to ignore for an account that exists: %j',
    async (given) => {
      users.users.set(ada.id, ada);
      await expect(admins.create(database, { email: ada.email, ...given }, 'kim')).rejects.toThrow(AdminRefused);
      expect(roles.given.size).toBe(0);
    },
  );

  it.each([
    ['disabled', { disabledAt: new Date() }],
    ['never verified', { emailVerifiedAt: null }],
  ])('promotes no account that is %s', async (_what, state) => {
    users.users.set(ada.id, { ...ada, ...state });
    await expect(admins.create(database, { email: ada.email }, 'kim')).rejects.toMatchObject({
      type: 'account-not-active',
    });
    expect(roles.given.size).toBe(0);
  });

  it('reports that a new admin needs a password', async () => {
    await expect(admins.create(database, { email: ada.email }, 'kim')).rejects.toThrow(/needs a password/);
  });
});

import { UserRolesChanged } from '@postern/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { ada, TestJournal, fakeTransaction as tx } from '../testing/fixtures.ts';
import { MemoryUserStore } from '../users/memory-user-store.ts';
import { LastAdmin } from './last-admin.ts';
import { MemoryRoleStore } from './memory-role-store.ts';
import { RoleAssignment } from './role-assignment.ts';

let users: MemoryUserStore;
let roles: MemoryRoleStore;
let journal: TestJournal;
let assignment: RoleAssignment;

beforeEach(() => {
  users = new MemoryUserStore();
  users.users.set(ada.id, ada);
  roles = new MemoryRoleStore();
  journal = new TestJournal();
  assignment = new RoleAssignment(users, roles, new LastAdmin(roles), journal);
});

describe('RoleAssignment', () => {
  it('gives exactly the roles that were named, once each, and reports it', async () => {
    expect(await assignment.set(tx, ada.id, ['user', 'admin', 'user'], { operator: 'kim' })).toEqual(['admin', 'user']);
    expect(await assignment.of(tx, ada.id)).toEqual(['admin', 'user']);
    journal.events.expectDispatched(UserRolesChanged, ({ data }) => expect(data.roles).toEqual(['admin', 'user']));
    expect(journal.audit.summary).toEqual(['set-roles success']);
  });

  it('does nothing when nothing changes', async () => {
    await assignment.set(tx, ada.id, ['user'], { operator: 'kim' });
    journal.events.expectNothingDispatched();
  });

  it('keeps the last admin', async () => {
    roles.given.set(ada.id, ['admin', 'user']);
    await expect(assignment.set(tx, ada.id, ['user'], { operator: 'kim' })).rejects.toMatchObject({
      status: 409,
      type: 'last-admin',
    });
    roles.given.set('another', ['admin']);
    expect(await assignment.set(tx, ada.id, ['user'], { operator: 'kim' })).toEqual(['user']);
  });

  it.each([
    ['disabled', { disabledAt: new Date() }],
    ['never verified', { emailVerifiedAt: null }],
  ])('gives no role to an account that is %s, but takes roles from it', async (_what, state) => {
    users.users.set(ada.id, { ...ada, ...state });
    await expect(assignment.set(tx, ada.id, ['admin', 'user'], { operator: 'kim' })).rejects.toMatchObject({
      status: 409,
      type: 'account-not-active',
    });
    expect(await assignment.set(tx, ada.id, [], { operator: 'kim' })).toEqual([]);
  });

  it('refuses roles that there are not, each at its place, and people that there are not', async () => {
    await expect(assignment.set(tx, ada.id, ['user', 'emperor'], { operator: 'kim' })).rejects.toMatchObject({
      status: 422,
      errors: [{ pointer: '/roles/1', detail: 'There are the roles admin, user' }],
    });
    const nobody = '0199346e-aef0-73a9-9842-4475266d9bd1';
    await expect(assignment.of(tx, nobody)).rejects.toMatchObject({ status: 404 });
  });
});

import type { Sql, Transaction } from '@postern/runtime';
import { type Grants, type Role, RoleStore } from './role-store.ts';

/** The roles of a test: everybody is a `user` unless something else is set. */
export class MemoryRoleStore extends RoleStore {
  readonly roles: Role[] = [
    { name: 'admin', description: 'Looks after others', permissions: ['users.read', 'roles.write'] },
    { name: 'user', description: 'Everybody', permissions: [] },
  ];
  readonly given = new Map<string, readonly string[]>();

  override async all(_db: Sql): Promise<Role[]> {
    return this.roles;
  }

  override async grantsOf(_db: Sql, userId: string): Promise<Grants> {
    const roles = [...(this.given.get(userId) ?? ['user'])].sort();
    const permissions = this.roles.filter(({ name }) => roles.includes(name)).flatMap((role) => role.permissions);
    return { roles, permissions: [...new Set(permissions)].sort() };
  }

  override async setRoles(_tx: Transaction, userId: string, roles: readonly string[]): Promise<void> {
    this.given.set(userId, roles);
  }

  override async lockHolders(_tx: Transaction, role: string): Promise<string[]> {
    return [...this.given].filter(([, roles]) => roles.includes(role)).map(([id]) => id);
  }
}

import { bytesToId, idToBytes, type Sql, type Transaction } from '@postern/runtime';
import { type Grants, type Role, RoleStore } from './role-store.ts';

export class SqlRoleStore extends RoleStore {
  override async all({ sql }: Sql): Promise<Role[]> {
    const roles: { name: string; description: string }[] = await sql('roles').orderBy('name');
    const granted: { role: string; permission: string }[] = await sql('role_permissions').orderBy('permission');
    return roles.map(({ name, description }) => ({
      name,
      description,
      permissions: granted.filter(({ role }) => role === name).map(({ permission }) => permission),
    }));
  }

  override async grantsOf({ sql }: Sql, userId: string): Promise<Grants> {
    const rows: { role: string; permission: string | null }[] = await sql('user_roles')
      .leftJoin('role_permissions', 'role_permissions.role', 'user_roles.role')
      .where({ user_id: idToBytes(userId) })
      .select('user_roles.role as role', 'role_permissions.permission as permission');
    return {
      roles: [...new Set(rows.map(({ role }) => role))].sort(),
      permissions: [...new Set(rows.flatMap(({ permission }) => permission ?? []))].sort(),
    };
  }

  override async setRoles(tx: Transaction, userId: string, roles: readonly string[]): Promise<void> {
    const user_id = idToBytes(userId);
    await tx.sql('user_roles').where({ user_id }).delete();
    if (roles.length > 0) await tx.sql('user_roles').insert(roles.map((role) => ({ user_id, role })));
  }

  override async lockHolders({ sql }: Transaction, role: string): Promise<string[]> {
    const rows: { id: Buffer }[] = await sql('user_roles')
      .join('users', 'users.id', 'user_roles.user_id')
      .where({ role })
      .whereNull('users.disabled_at')
      .whereNotNull('users.email_verified_at')
      .orderBy('users.id')
      .forUpdate()
      .select('users.id as id');
    return rows.map(({ id }) => bytesToId(id));
  }
}

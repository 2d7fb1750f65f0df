import { type Dialect, idColumn, type Migration, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';

/**
 * People, and the roles they have. `email` is stored in lower case and compared byte by byte. No foreign keys point here:
 * their checks lock the person's row on every sign-in, and erasing a person is written out in `accounts/privacy`.
 */
export const users: Migration = {
  name: '0001-users',
  up: async (knex, dialect) => {
    await knex.schema.createTable('users', (table) => {
      idColumn(table, 'id').primary();
      binaryText(table.string('email', 254).notNullable(), dialect).unique();
      table.string('first_name', 100).notNullable();
      table.string('last_name', 100).notNullable();
      table.string('mobile_number', 16).nullable();
      table.string('locale', 35).notNullable();
      table.string('password_hash', 255).notNullable();
      timeColumn(table, 'email_verified_at').nullable();
      timeColumn(table, 'disabled_at').nullable();
      timeColumn(table, 'created_at').notNullable();
      timeColumn(table, 'updated_at').notNullable();
    });
    await knex.schema.createTable('roles', (table) => {
      table.string('name', 50).primary();
      table.string('description', 200).notNullable();
    });
    await knex.schema.createTable('role_permissions', (table) => {
      table.string('role', 50).notNullable();
      table.string('permission', 50).notNullable();
      table.primary(['role', 'permission']);
    });
    await knex.schema.createTable('user_roles', (table) => {
      idColumn(table, 'user_id').notNullable();
      table.string('role', 50).notNullable();
      table.primary(['user_id', 'role']);
      table.index(['role']);
    });
    await seedRoles(knex);
  },
};

/** `user` is what everybody has and carries no permission of its own; `admin` may do all that the API offers. */
async function seedRoles(knex: Knex): Promise<void> {
  const roles = [
    { name: 'user', description: 'Everybody who signs up' },
    { name: 'admin', description: 'Looks after the accounts of others' },
  ];
  await knex('roles').insert(roles).onConflict('name').ignore();
  const permissions = ['users.read', 'users.disable', 'roles.read', 'roles.write', 'audit.read'];
  await knex('role_permissions')
    .insert(permissions.map((permission) => ({ role: 'admin', permission })))
    .onConflict(['role', 'permission'])
    .ignore();
}

/** MySQL's default collation would take `e` and `é` for the same letter; SQLite compares bytes anyway. */
export function binaryText(column: Knex.ColumnBuilder, dialect: Dialect): Knex.ColumnBuilder {
  return dialect === 'mysql' ? column.collate('utf8mb4_bin') : column;
}

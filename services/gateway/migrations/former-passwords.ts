import { createTableIfMissing } from '@postern/durable';
import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** Passwords that were replaced not long ago: by one of them the owner of an account that was taken proves themselves (docs/decisions/way-back.md). */
export const formerPasswords: Migration = {
  name: '0026-former-passwords',
  up: (sql, dialect) =>
    createTableIfMissing({ sql, dialect }, 'former_passwords', (table) => {
      idColumn(table, 'id').primary();
      idColumn(table, 'user_id').notNullable().index('former_passwords_user');
      table.string('password_hash', 255).notNullable();
      timeColumn(table, 'ended_at').notNullable().index('former_passwords_ended');
    }),
};

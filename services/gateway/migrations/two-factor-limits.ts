import type { Migration } from '@postern/runtime';
import { timeColumn } from '@postern/runtime';

/**
 * How many codes of a factor were tried since the last right one, and since when none is accepted any more; and who may
 * remove the factor of somebody who has lost it.
 */
export const twoFactorLimits: Migration = {
  name: '0017-two-factor-limits',
  up: async (knex) => {
    if (!(await knex.schema.hasColumn('totp_secrets', 'failures'))) {
      await knex.schema.alterTable('totp_secrets', (table) => {
        table.integer('failures').unsigned().notNullable().defaultTo(0);
      });
    }
    if (!(await knex.schema.hasColumn('totp_secrets', 'locked_at'))) {
      await knex.schema.alterTable('totp_secrets', (table) => {
        timeColumn(table, 'locked_at').nullable();
      });
    }
    await knex('role_permissions')
      .insert({ role: 'admin', permission: 'users.two-factor' })
      .onConflict(['role', 'permission'])
      .ignore();
  },
};

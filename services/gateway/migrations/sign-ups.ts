import { type Dialect, idColumn, type Migration, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';
import { moveUnverified } from '../src/accounts/sign-ups/unverified-accounts.ts';

/**
 * Sign-ups that nobody has confirmed. Several may wait for one address; `email` is compared byte by byte, as in `users`.
 * Accounts that were never verified become pending sign-ups with their links: until now they counted as accounts.
 */
export const signUps: Migration = {
  name: '0012-sign-ups',
  up: async (knex, dialect) => {
    if (!(await isFilled(knex))) await createTable(knex, dialect);
    while ((await moveUnverified(knex, { now: new Date() })) > 0);
  },
};

/** Whether rows were copied already. An empty table may lack its indexes: MySQL commits each of them by itself. */
async function isFilled(knex: Knex): Promise<boolean> {
  return (await knex.schema.hasTable('sign_ups')) && (await knex('sign_ups').first('id')) !== undefined;
}

async function createTable(knex: Knex, dialect: Dialect): Promise<void> {
  await knex.schema.dropTableIfExists('sign_ups');
  await knex.schema.createTable('sign_ups', (table) => {
    idColumn(table, 'id').primary();
    const email = table.string('email', 254).notNullable();
    if (dialect === 'mysql') email.collate('utf8mb4_bin');
    table.string('first_name', 100).notNullable();
    table.string('last_name', 100).notNullable();
    table.string('mobile_number', 16).nullable();
    table.string('locale', 35).notNullable();
    table.string('password_hash', 255).notNullable();
    table.binary('secret_hash', 32).notNullable();
    table.string('device', 200).notNullable();
    table.string('address_range', 60).notNullable();
    timeColumn(table, 'created_at').notNullable();
    timeColumn(table, 'expires_at').notNullable().index();
    table.index(['email', 'id']);
  });
}

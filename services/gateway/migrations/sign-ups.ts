import { type Dialect, idColumn, type Migration, timeColumn } from '@postern/runtime';
import type { Knex } from 'knex';

const WEEK_MS = 7 * 86_400_000;

/**
 * Sign-ups that nobody has confirmed. Several may wait for one address; `email` is compared byte by byte, as in `users`.
 * Accounts that were never verified become pending sign-ups with their links: until now they counted as accounts.
 */
export const signUps: Migration = {
  name: '0012-sign-ups',
  up: async (knex, dialect) => {
    if (!(await isFilled(knex))) await createTable(knex, dialect);
    await moveUnverified(knex);
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

/** In an order that may be broken off anywhere and begun again: first copied, then removed. */
async function moveUnverified(knex: Knex): Promise<void> {
  const unverified = 'email_verified_at IS NULL';
  // No browser was given a secret: no value has this hash, and the link asks for the password.
  const noSecret = Buffer.alloc(32);
  await knex.raw(
    `INSERT INTO sign_ups (id, email, first_name, last_name, mobile_number, locale, password_hash, secret_hash, device,
      address_range, created_at, expires_at)
    SELECT id, email, first_name, last_name, mobile_number, locale, password_hash, ?, 'Unknown device', 'unknown', created_at, ?
    FROM users WHERE ${unverified} AND NOT EXISTS (SELECT 1 FROM sign_ups WHERE sign_ups.id = users.id)`,
    [noSecret, new Date(Date.now() + WEEK_MS)],
  );
  await knex.raw(`DELETE FROM user_roles WHERE user_id IN (SELECT id FROM users WHERE ${unverified})`);
  await knex.raw(`DELETE FROM users WHERE ${unverified}`);
}

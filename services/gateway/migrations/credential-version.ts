import type { Migration } from '@postern/runtime';

/** What distinguishes a new password from the same one hashed anew: proofs of the old password end with it. */
export const credentialVersion: Migration = {
  name: '0015-credential-version',
  up: async (knex) => {
    if (await knex.schema.hasColumn('users', 'credential_version')) return;
    await knex.schema.alterTable('users', (table) => {
      table.integer('credential_version').unsigned().notNullable().defaultTo(0);
    });
  },
};

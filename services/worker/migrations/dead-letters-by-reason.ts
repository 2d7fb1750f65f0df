import type { Migration } from '@postern/runtime';

/**
 * Letters are narrowed to a type and a reason, by operators and by each replica that looks for what its release knows by now. Whole rows are
 * long: what pages list (time and id) and group by (fingerprint) is in the index, so that none is read that is not shown.
 */
export const deadLettersByReason: Migration = {
  name: '0023-dead-letters-by-reason',
  async up(knex) {
    await knex.schema.alterTable('dead_letters', (table) =>
      table.index(['queue', 'state', 'reason', 'type', 'died_at', 'id', 'fingerprint'], 'dead_letters_by_reason'),
    );
  },
};

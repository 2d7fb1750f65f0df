import type { Migration } from '@postern/runtime';

/** Addresses that a refusal had suppressed for good get mail again 30 days after it, as those that are refused from now on do. */
export const rejectedEnd: Migration = {
  name: '0010-rejected-end',
  async up(knex, dialect) {
    const end = dialect === 'mysql' ? 'DATE_ADD(created_at, INTERVAL 30 DAY)' : 'created_at + 30 * 86400000';
    const refused = knex('suppressions').where({ cause: 'rejected' }).whereNull('ends_at');
    await refused.update({ ends_at: knex.raw(end) });
  },
};

import { createJobTables, createOutboxTable } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Jobs that wait for their time, unique keys, chains, batches, and when each schedule fires. */
export const jobs: Migration = {
  name: '0005-jobs',
  up: async (knex, dialect) => {
    await createOutboxTable(knex, dialect);
    await createJobTables(knex, dialect);
  },
};

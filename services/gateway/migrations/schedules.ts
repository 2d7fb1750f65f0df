import { createScheduleTables } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** When each schedule fires, and which of them run. */
export const schedules: Migration = {
  name: '0024-schedules',
  up: (knex, dialect) => createScheduleTables(knex, dialect),
};

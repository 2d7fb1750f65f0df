import { createDeliveriesTable } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Which listener has handled which event. */
export const deliveries: Migration = {
  name: '0001-deliveries',
  up: (knex, dialect) => createDeliveriesTable(knex, dialect),
};

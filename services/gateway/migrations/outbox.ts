import { createOutboxTable } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** Events between COMMIT and SQS. */
export const outbox: Migration = {
  name: '0008-outbox',
  up: (knex, dialect) => createOutboxTable(knex, dialect),
};

import { createReplicasTable } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** The replicas that run, for `status`. */
export const replicas: Migration = {
  name: '0020-replicas',
  up: (sql, dialect) => createReplicasTable({ sql, dialect }),
};

import { idColumn, type Sql, timeColumn } from '@postern/runtime';
import { createTableIfMissing } from '../sql/create-table.ts';

/** The longest texts of a row, in characters. */
export const REPLICA_LIMITS = { host: 255, version: 50, facts: 16_000 } as const;

/** A table of the replicas that run: one row each, which says when it was last heard of. Call it from a migration. */
export async function createReplicasTable(target: Sql): Promise<void> {
  await createTableIfMissing(target, 'replicas', (table) => {
    idColumn(table, 'id').notNullable().primary();
    table.string('host', REPLICA_LIMITS.host).notNullable();
    table.string('version', REPLICA_LIMITS.version).notNullable();
    timeColumn(table, 'started_at').notNullable();
    timeColumn(table, 'seen_at').notNullable().index();
    table.integer('loop_lag_ms').notNullable();
    /** JSON, see `ReplicaFacts`. */
    table.text('facts').notNullable();
  });
}

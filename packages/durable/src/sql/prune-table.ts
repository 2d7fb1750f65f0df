import type { Clock, Database } from '@postern/runtime';
import type { Knex } from 'knex';

/** Between two batches, so that replication and other statements keep up. */
const REST_MS = 20;

interface PruneOptions {
  table: string;
  /** The primary key; rows are deleted by it. */
  key: string | readonly string[];
  /** Which rows go, such as `(query) => query.where('done_at', '<', cutoff)`. Give its column an index. */
  where: (query: Knex.QueryBuilder) => Knex.QueryBuilder;
  /** Rows in one DELETE (default 500). */
  batch?: number;
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

/**
 * Deletes what `where` finds, in small statements by primary key: a range delete would lock what others insert, and a
 * long transaction would keep the purge from cleaning up behind all others. Interrupted, it goes on at the next run.
 *
 * @returns how many rows were deleted
 */
export async function pruneTable(database: Database, options: PruneOptions): Promise<number> {
  const { table, batch = 500, signal, clock = database.clock } = options;
  const key = typeof options.key === 'string' ? [options.key] : [...options.key];
  let deleted = 0;
  while (!signal?.aborted) {
    const rows: Record<string, Knex.Value>[] = await options
      .where(database.sql(table))
      .select(...key)
      .limit(batch);
    if (rows.length > 0) {
      // Once more by `where`: what was renewed since it was found stays.
      const target = options.where(database.sql(table));
      const found = rows.map((row) => key.map((column) => row[column] as Knex.Value));
      const those = key.length > 1 ? target.whereIn(key, found) : target.whereIn(key[0] as string, found.flat());
      deleted += await those.delete();
    }
    if (rows.length < batch) break;
    await clock.sleep(REST_MS, signal).catch(() => undefined);
  }
  return deleted;
}

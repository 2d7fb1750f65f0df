import type { Database } from '@postern/runtime';
import type { Knex } from 'knex';

/** Rows that one request clears away at most. */
const AT_ONCE = 100;

/** Deletes some of the rows that are past their time, on the way of a request that has added one. */
export async function pruneEnded(
  { sql }: Database,
  { table, key, ended }: { table: string; key: string; ended: (query: Knex.QueryBuilder) => void },
): Promise<void> {
  const rows: Record<string, Buffer>[] = await sql(table).where(ended).limit(AT_ONCE).select(key);
  const keys = rows.map((row) => row[key] as Buffer);
  if (keys.length > 0) await sql(table).whereIn(key, keys).del();
}

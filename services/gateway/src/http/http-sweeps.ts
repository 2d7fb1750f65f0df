import { pruneTable, type ScheduledFunction } from '@postern/durable';
import type { Clock, Database } from '@postern/runtime';
import type { Knex } from 'knex';
import { firstIdSince } from './records/first-id-since.ts';

const DAY_MS = 86_400_000;

interface SweepContext {
  database: Database;
  clock: Clock;
  signal: AbortSignal;
  config: { REQUEST_RECORD_DAYS: number };
}

/** Deletes what has expired in the platform's own tables: answers that may be repeated, counts whose window has ended, records for traces. */
export const httpSweeps: readonly ScheduledFunction<SweepContext>[] = [
  sweep('idempotency_keys', '3 * * * * *', (query, now) => query.where('expires_at', '<=', now)),
  sweep('rate_limits', '9 * * * * *', (query, now) => query.where('resets_at', '<=', now)),
  sweep('request_records', '12 * * * * *', (query, now, { REQUEST_RECORD_DAYS: days }) =>
    query.where('id', '<', firstIdSince(now - days * DAY_MS)),
  ),
];

/** @param expired which rows go, at `now` in milliseconds since 1970 */
function sweep(
  table: string,
  cron: string,
  expired: (query: Knex.QueryBuilder, now: number, config: SweepContext['config']) => Knex.QueryBuilder,
): ScheduledFunction<SweepContext> {
  return {
    ...{ name: `prune-${table.replaceAll('_', '-')}`, cron },
    run: ({ database, clock, signal, config }) =>
      pruneTable(database, {
        ...{ table, key: 'id', signal },
        where: (query) => expired(query, clock.now().getTime(), config),
      }),
  };
}

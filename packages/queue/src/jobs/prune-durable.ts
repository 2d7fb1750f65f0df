import { type Clock, type Database, SystemClock } from '@postern/runtime';
import { pruneTable } from '../durable/prune-table.ts';

const DAY_MS = 86_400_000;

export interface PruneDurableOptions {
  clock?: Clock;
  /**
   * How long it is known that a message was handled, in milliseconds (default 30 days). It must outlast the longest way
   * back of a message: 14 days in a dead-letter queue and the time in its own.
   */
  deliveriesMs?: number;
  /** How long chains and batches can be looked at after their end, in milliseconds (default 30 days). */
  groupsMs?: number;
  signal?: AbortSignal;
}

export interface PruneReport {
  deliveries: number;
  locks: number;
  groups: number;
}

/**
 * Deletes what the inbox and the jobs no longer need, in small batches. Dead rows of the outbox stay: each is a message
 * that was promised, and only an operator gives it up.
 */
export async function pruneDurable(database: Database, options: PruneDurableOptions = {}): Promise<PruneReport> {
  const { clock = new SystemClock(), deliveriesMs = 30 * DAY_MS, groupsMs = 30 * DAY_MS, signal } = options;
  const now = clock.now().getTime();
  const base = { clock, ...(signal ? { signal } : {}) };
  const deliveries = await pruneTable(database, {
    ...base,
    table: 'deliveries',
    key: ['message_id', 'listener'],
    where: (query) => query.where('done_at', '<', new Date(now - deliveriesMs)),
  });
  const locks = await pruneTable(database, {
    ...base,
    table: 'job_locks',
    key: 'unique_key',
    // A lock that has run out means nothing, but for the moment in which somebody takes it over.
    where: (query) => query.where('expires_at', '<', new Date(now - DAY_MS)),
  });
  const ended = new Date(now - groupsMs);
  // Members first: a group without them is found again, members without their group would stay for ever.
  await pruneTable(database, {
    ...base,
    table: 'job_group_members',
    key: ['group_id', 'position'],
    where: (query) => query.whereIn('group_id', database.sql('job_groups').where('ended_at', '<', ended).select('id')),
  });
  const groups = await pruneTable(database, {
    ...base,
    table: 'job_groups',
    key: 'id',
    where: (query) => query.where('ended_at', '<', ended),
  });
  return { deliveries, locks, groups };
}

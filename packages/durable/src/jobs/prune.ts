import type { Clock, Database } from '@postern/runtime';
import { pruneTable } from '../sql/prune-table.ts';

const DAY_MS = 86_400_000;
/** The longest way back of a message is 14 days in a dead-letter queue and the time in its own: this leaves room. */
const KEPT_MS = 30 * DAY_MS;

interface PruneAgeOptions {
  clock?: Clock;
  /** Ends the pruning between two batches; what is left goes the next time. */
  signal?: AbortSignal;
}

/** Deletes what the inbox need not know any more. @returns how many rows were deleted */
export function pruneDeliveries(database: Database, options: PruneAgeOptions = {}): Promise<number> {
  const { cutoff, base } = read(database, options);
  const where = { table: 'deliveries', key: ['message_id', 'listener'] };
  return pruneTable(database, { ...base, ...where, where: (query) => query.where('done_at', '<', cutoff) });
}

/**
 * Deletes chains and batches that ended long ago, and unique keys that have run out. Dead rows of the outbox stay where they
 * are: each is a message that was promised, and only an operator gives it up.
 *
 * @returns how many chains, batches and keys were deleted
 */
export async function pruneJobs(
  database: Database,
  options: PruneAgeOptions = {},
): Promise<{ groups: number; locks: number }> {
  const { cutoff, base, now } = read(database, options);
  const locks = await pruneTable(database, {
    ...base,
    table: 'job_locks',
    key: 'unique_key',
    // A key that has run out means nothing, but for the moment in which somebody takes it over.
    where: (query) => query.where('expires_at', '<', new Date(now - DAY_MS)),
  });
  // Members first: a group without them is found again, members without their group would stay for ever.
  await pruneTable(database, {
    ...base,
    table: 'job_group_members',
    key: ['group_id', 'position'],
    where: (query) => query.whereIn('group_id', database.sql('job_groups').where('ended_at', '<', cutoff).select('id')),
  });
  const where = { table: 'job_groups', key: 'id' };
  const groups = await pruneTable(database, {
    ...base,
    ...where,
    where: (query) => query.where('ended_at', '<', cutoff),
  });
  return { groups, locks };
}

/** Deletes what is known of jobs that were due long ago, done or not, and of their tries. @returns how many jobs */
export async function pruneJobRecords(database: Database, options: PruneAgeOptions = {}): Promise<number> {
  const { cutoff, base } = read(database, options);
  const tries = { table: 'job_tries', key: ['job_id', 'attempt'] };
  await pruneTable(database, { ...base, ...tries, where: (query) => query.where('at', '<', cutoff) });
  const records = { table: 'job_records', key: 'job_id' };
  return pruneTable(database, { ...base, ...records, where: (query) => query.where('due_at', '<', cutoff) });
}

function read(database: Database, { clock = database.clock, signal }: PruneAgeOptions) {
  const now = clock.now().getTime();
  return { now, cutoff: new Date(now - KEPT_MS), base: { clock, ...(signal ? { signal } : {}) } };
}

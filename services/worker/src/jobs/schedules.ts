import { pruneDeliveries, pruneJobs, pruneTable, type Schedule } from '@postern/queue';
import type { Clock, Database } from '@postern/runtime';

const HOUR_MS = 3_600_000;
/** Soft bounces count for 7 days. */
const SOFT_BOUNCE_MS = 7 * 24 * HOUR_MS;

/** What nobody needs any more is deleted by the hour, by one replica each time, so that the tables do not grow for ever. */
export function schedules(
  database: Database,
  { mailRetentionMs, clock }: { mailRetentionMs: number; clock: Clock },
): Schedule[] {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  return [
    {
      name: 'prune-deliveries',
      cron: '7 * * * *',
      run: async (signal) => void (await pruneDeliveries(database, { clock, signal })),
    },
    {
      name: 'prune-jobs',
      cron: '17 * * * *',
      run: async (signal) => void (await pruneJobs(database, { clock, signal })),
    },
    {
      name: 'prune-mails',
      cron: '27 * * * *',
      run: (signal) => pruneMails(database, before(mailRetentionMs), { clock, signal }),
    },
    {
      name: 'prune-soft-bounces',
      cron: '37 * * * *',
      run: async (signal) => {
        await pruneTable(database, {
          clock,
          signal,
          table: 'soft_bounces',
          key: ['recipient_hash', 'notice_id'],
          where: (query) => query.where('at', '<', before(SOFT_BOUNCE_MS)),
        });
      },
    },
  ];
}

async function pruneMails(database: Database, past: Date, base: { clock: Clock; signal: AbortSignal }): Promise<void> {
  // A mail's history first: without its mail it would never be found again. Rows that are due are somebody's work.
  const old = database.sql('mails').whereNull('due_at').where('changed_at', '<', past).select('id');
  await pruneTable(database, {
    ...base,
    table: 'mail_changes',
    key: ['mail_id', 'number'],
    where: (query) => query.whereIn('mail_id', old.clone()),
  });
  await pruneTable(database, {
    ...base,
    table: 'mails',
    key: 'id',
    where: (query) => query.whereNull('due_at').where('changed_at', '<', past),
  });
}

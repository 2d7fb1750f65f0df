import { pruneDeliveries, pruneJobs, pruneTable, type Schedule } from '@postern/durable';
import type { Clock, Database } from '@postern/runtime';

const DAY_MS = 86_400_000;
/** Soft bounces count for 7 days. */
const SOFT_BOUNCE_MS = 7 * DAY_MS;
/** Rate limits whose end a worker from before that column did not write; few windows are longer. */
const OLD_RATE_MS = 31 * DAY_MS;

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
        await pruneTable(database, {
          clock,
          signal,
          table: 'suppressions',
          key: 'recipient_hash',
          where: (query) => query.where('ends_at', '<', clock.now()),
        });
      },
    },
    {
      name: 'prune-mail-rates',
      cron: '47 * * * *',
      run: (signal) => pruneMailRates(database, before, { clock, signal }),
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

/** With a limit for every domain, each domain that was ever mailed has a row. A day is for replicas whose clocks differ. */
async function pruneMailRates(
  database: Database,
  before: (ms: number) => Date,
  base: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  await pruneTable(database, {
    ...base,
    table: 'mail_rates',
    key: 'name',
    where: (query) => query.where('window_ends_at', '<', before(DAY_MS)),
  });
  await pruneTable(database, {
    ...base,
    table: 'mail_rates',
    key: 'name',
    where: (query) => query.whereNull('window_ends_at').where('window_started_at', '<', before(OLD_RATE_MS)),
  });
}

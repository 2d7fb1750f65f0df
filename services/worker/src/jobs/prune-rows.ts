import { pruneDeliveries, pruneJobRecords, pruneJobs, pruneTable } from '@postern/durable';
import type { DataOf } from '@postern/events';
import { z } from 'zod';
import { Operations } from '../dead-letters/operations.ts';
import { OperatorAudit } from '../operators/operator-audit.ts';
import type { JobContext } from './handle-job.ts';
import { job } from './job.ts';

type PruneTarget = DataOf<typeof pruneRows>['what'];

type Expired = Pick<Parameters<typeof pruneTable>[1], 'table' | 'key' | 'where'>;

const DAY_MS = 86_400_000;
/** SQS keeps a letter for 14 days at most (SetQueueAttributes, MessageRetentionPeriod): then its copy is gone too. */
const DEAD_LETTER_MS = 15 * DAY_MS;
/** Tries of listeners that did not succeed are looked back at for a month. */
const TRIES_MS = 30 * DAY_MS;
/** Soft bounces count for 7 days. */
const SOFT_BOUNCE_MS = 7 * DAY_MS;
/** Rate limits whose end a worker from before that column did not write; few windows are longer. */
const OLD_RATE_MS = 31 * DAY_MS;

/**
 * Deletes rows that are past their time, of the one kind that the job names: in small statements, until nothing is left or the
 * signal is aborted; the next run goes on from there.
 */
export const pruneRows = job('rows.prune', {
  version: 2,
  data: z.object({
    what: z.enum(['deliveries', 'jobs', 'mails', 'soft-bounces', 'mail-rates', 'dead-letters', 'operator-audit']),
  }),
  // Version 1 knew fewer of them.
  upcasts: { 1: (data) => data },
  // A table that was not pruned for long takes many runs of so many seconds; each goes on where the one before ended.
  ...{ tries: 200, backoff: [1, 5, 60], timeout: 15 },
  handle: async ({ what }, { signal, ...context }) => {
    const { database, clock } = context;
    const base = { clock, signal };
    if (what === 'deliveries') {
      await pruneDeliveries(database, base);
      await pruneTable(database, { ...base, ...oldTries(clock) });
    } else if (what === 'jobs') {
      await pruneJobs(database, base);
      await pruneJobRecords(database, base);
    } else for (const rows of expiredRows(context)[what]) await pruneTable(database, { ...base, ...rows });
    if (what === 'dead-letters') {
      const past = new Date(clock.now().getTime() - DEAD_LETTER_MS);
      await new Operations(database, new OperatorAudit(database)).endBefore(past);
    }
  },
});

/** As long as `deliveries`, which has what succeeded. */
function oldTries(clock: JobContext['clock']): Expired {
  const past = new Date(clock.now().getTime() - TRIES_MS);
  const key = ['event_id', 'listener', 'attempt'];
  return { table: 'listener_tries', key, where: (query) => query.where('at', '<', past) };
}

/** What is past its time now, table by table, in the order in which it is deleted. */
function expiredRows({
  database,
  clock,
  config,
}: Pick<JobContext, 'database' | 'clock' | 'config'>): Record<
  Exclude<PruneTarget, 'deliveries' | 'jobs'>,
  readonly Expired[]
> {
  const now = clock.now();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const expired = (table: string, key: Expired['key'], column: string, past: Date | Buffer): Expired => ({
    ...{ table, key, where: (query) => query.where(column, '<', past) },
  });
  const oldMails: Expired['where'] = (query) =>
    query.whereNull('due_at').where('changed_at', '<', before(config.MAIL_RETENTION_DAYS * DAY_MS));
  const oldAudit = before(config.OPERATOR_AUDIT_RETENTION_DAYS * DAY_MS);
  // As long as a provider's late report is asked whether somebody has lifted its address since, too.
  const oldHistory = before(Math.max(config.OPERATOR_AUDIT_RETENTION_DAYS, config.MAIL_RETENTION_DAYS) * DAY_MS);
  return {
    // A mail's history first: without its mail it would never be found again. Rows that are due are somebody's work.
    mails: [
      {
        ...{ table: 'mail_changes', key: ['mail_id', 'number'] },
        where: (query) => query.whereIn('mail_id', oldMails(database.sql('mails')).select('id')),
      },
      { table: 'mails', key: 'id', where: oldMails },
    ],
    'soft-bounces': [
      expired('soft_bounces', ['recipient_hash', 'notice_id'], 'at', before(SOFT_BOUNCE_MS)),
      expired('suppressions', 'recipient_hash', 'ends_at', now),
      // Strangers add to it by each address that there is not. Of whoever is on the list it says why, and who had complained.
      {
        ...{ table: 'suppression_audit', key: 'id' },
        where: (query) =>
          query
            .where('id', '<', firstIdOf(oldHistory))
            .whereNotIn('recipient_hash', database.sql('suppressions').select('recipient_hash')),
      },
    ],
    'dead-letters': [expired('dead_letters', 'id', 'died_at', before(DEAD_LETTER_MS))],
    // What operators did, and their operations with it: both are under the same ids.
    'operator-audit': [
      expired('operations', 'id', 'ended_at', oldAudit),
      expired('operator_audit', 'id', 'id', firstIdOf(oldAudit)),
    ],
    // With a limit for every domain, each domain that was ever mailed has a row. A day is for replicas whose clocks differ.
    'mail-rates': [
      expired('mail_rates', 'name', 'window_ends_at', before(DAY_MS)),
      {
        ...{ table: 'mail_rates', key: 'name' },
        where: (query) => query.whereNull('window_ends_at').where('window_started_at', '<', before(OLD_RATE_MS)),
      },
    ],
  };
}

/** An id begins with its time (RFC 9562, 5.7): the primary key finds the old ones. */
function firstIdOf(time: Date): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(time.getTime(), 0, 6);
  return id;
}

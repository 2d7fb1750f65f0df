import { pruneDeliveries, pruneJobs, pruneTable } from '@postern/durable';
import { type DataOf, PruneRows } from '@postern/events';
import type { Clock, Database } from '@postern/runtime';
import { handleJob, type JobHandler, type JobTools } from './handle-job.ts';

export type PruneTarget = DataOf<typeof PruneRows>['what'];

/** Deletes in small statements until nothing is left or the signal is aborted; the next run goes on from there. */
type Prune = (base: { clock: Clock; signal: AbortSignal }) => Promise<unknown>;

const DAY_MS = 86_400_000;
/** SQS keeps a letter for 14 days at most (SetQueueAttributes, MessageRetentionPeriod): then its copy is gone too. */
const DEAD_LETTER_MS = 15 * DAY_MS;
/** Soft bounces count for 7 days. */
const SOFT_BOUNCE_MS = 7 * DAY_MS;
/** Rate limits whose end a worker from before that column did not write; few windows are longer. */
const OLD_RATE_MS = 31 * DAY_MS;

/** Deletes rows that are past their time, of the one kind that the job names. */
export function pruneRows({ database, clock, ...times }: Omit<JobTools, 'mailer'>): JobHandler {
  const prunes = prunesOf(database, clock, times);
  return handleJob(PruneRows, async ({ what }, { signal }) => {
    await prunes[what]({ clock, signal });
  });
}

function prunesOf(
  database: Database,
  clock: Clock,
  { mailRetentionMs, operatorAuditMs }: Pick<JobTools, 'mailRetentionMs' | 'operatorAuditMs'>,
): Record<PruneTarget, Prune> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  return {
    deliveries: (base) => pruneDeliveries(database, base),
    jobs: (base) => pruneJobs(database, base),
    mails: (base) => pruneMails(database, before(mailRetentionMs), base),
    'soft-bounces': async (base) => {
      await pruneTable(database, {
        ...base,
        table: 'soft_bounces',
        key: ['recipient_hash', 'notice_id'],
        where: (query) => query.where('at', '<', before(SOFT_BOUNCE_MS)),
      });
      await pruneTable(database, {
        ...base,
        table: 'suppressions',
        key: 'recipient_hash',
        where: (query) => query.where('ends_at', '<', clock.now()),
      });
    },
    'dead-letters': async (base) => {
      await pruneTable(database, {
        ...base,
        table: 'dead_letters',
        key: 'id',
        where: (query) => query.where('died_at', '<', before(DEAD_LETTER_MS)),
      });
    },
    'operator-audit': (base) => pruneOperatorAudit(database, before(operatorAuditMs), base),
    'mail-rates': (base) => pruneMailRates(database, before, base),
  };
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

/** What operators did, and their operations with it: both are under the same ids. */
async function pruneOperatorAudit(
  database: Database,
  past: Date,
  base: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  await pruneTable(database, {
    ...base,
    table: 'operations',
    key: 'id',
    where: (query) => query.where('ended_at', '<', past),
  });
  // An id begins with its time (RFC 9562, 5.7): the primary key finds the old ones.
  const first = Buffer.alloc(16);
  first.writeUIntBE(past.getTime(), 0, 6);
  await pruneTable(database, {
    ...base,
    table: 'operator_audit',
    key: 'id',
    where: (query) => query.where('id', '<', first),
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

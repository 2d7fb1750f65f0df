import { DISPATCH_KEY, type Waiting, type WaitsQuery } from '@postern/durable';
import { bytesToId, type Database, timeOfId, toDate } from '@postern/runtime';
import { jobsThatWait } from '../jobs/job-trace.ts';

/** Unique jobs under way that are listed. */
const MAX_JOBS = 100;

/** Jobs that have not ended: a person's one by one; of all, chains and batches by name, and the unique ones by the key that keeps a second from being sent. */
export async function jobWaits(database: Database, { user, type }: WaitsQuery): Promise<Waiting[]> {
  if (user !== undefined) {
    return (await jobsThatWait(database, user)).filter((each) => type === undefined || each.type === type);
  }
  const found = await Promise.all([groups(database, type), uniqueJobs(database, type)]);
  return found.flat();
}

async function groups({ sql }: Database, name: string | undefined): Promise<Waiting[]> {
  const query = sql('job_groups')
    .whereNull('ended_at')
    .select('kind', 'name', sql.raw('COUNT(*) AS many'), sql.raw('SUM(total - done - failed) AS jobs'))
    .min({ oldest: 'created_at' })
    .groupBy('kind', 'name');
  if (name !== undefined) query.where({ name });
  const rows = (await query) as { kind: string; name: string; many: unknown; jobs: unknown; oldest: unknown }[];
  return rows.map(({ kind, name: type, many, jobs, oldest }) => ({
    ...{ part: 'job', type, count: Number(many), oldest: toDate(oldest) as Date },
    why: `a ${kind} of which ${Number(jobs).toLocaleString('en-US')} jobs have not ended`,
  }));
}

/** When one is due is not known here: the end of its lock is for one that was lost, and the outbox has the time of one that is delayed. */
async function uniqueJobs({ sql, clock }: Database, key: string | undefined): Promise<Waiting[]> {
  const query = sql('job_locks').where('expires_at', '>', clock.now()).orderBy('expires_at').limit(MAX_JOBS);
  // Those distinguish the tries of a handler from one another, and nothing waits for their end.
  query.whereNot('unique_key', 'like', `${DISPATCH_KEY}%`);
  if (key !== undefined) query.where({ unique_key: key });
  const rows: { unique_key: string; job_id: Buffer }[] = await query;
  return rows.map(({ unique_key: type, job_id }) => ({
    ...{ part: 'job', type, count: 1, oldest: timeOfId(bytesToId(Buffer.from(job_id))) ?? clock.now() },
    why: 'a unique job that has not ended, or whose time alone has not',
  }));
}

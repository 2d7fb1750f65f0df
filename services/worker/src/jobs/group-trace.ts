import type { Moment } from '@postern/durable';
import { bytesToId, type Database, toDate } from '@postern/runtime';
import type { JobRow } from './job-trace.ts';

/** A chain or batch, as its row has it. */
export interface JobGroup {
  id: Buffer;
  kind: string;
  name: string;
  state: string;
  total: number;
  done: number;
  failed: number;
  created_at: unknown;
  ended_at: unknown;
}

/** The groups that the jobs are of, by id in hex. */
export async function groupsOf({ sql }: Database, jobs: readonly JobRow[]): Promise<Map<string, JobGroup>> {
  const ids = new Map(jobs.flatMap(({ group_id }) => (group_id ? [[hex(group_id), group_id] as const] : [])));
  if (ids.size === 0) return new Map();
  const rows: JobGroup[] = await sql<JobGroup>('job_groups').whereIn('id', [...ids.values()]);
  return new Map(rows.map((row) => [hex(row.id), row]));
}

/** That it was dispatched, and how it ended; or how far it has come. */
export function groupMoments({ id, kind, name, state, total, done, failed, created_at, ended_at }: JobGroup): Moment[] {
  const ids = { group: bytesToId(Buffer.from(id)) };
  const [at, endedAt] = [toDate(created_at) as Date, toDate(ended_at)];
  const came = `${done} of ${total} done${failed === 0 ? '' : `, ${failed} failed`}`;
  const moment = (when: Date, what: string): Moment => ({
    at: when,
    part: 'job',
    what: `the ${kind} ${name} ${what}`,
    ids,
  });
  const begun = moment(at, `was dispatched: ${total} jobs`);
  return [
    begun,
    endedAt ? moment(endedAt, `ended, ${state}: ${came}`) : { ...moment(at, `goes on: ${came}`), waits: true },
  ];
}

function hex(bytes: Buffer): string {
  return Buffer.from(bytes).toString('hex');
}

import type { Moment, TracedId, Waiting } from '@postern/durable';
import { queueContents } from '@postern/events';
import { bytesToId, type Database, idToBytes, toDate } from '@postern/runtime';
import { groupMoments, groupsOf, type JobGroup } from './group-trace.ts';
import { type JobState, stateOf, statesOf } from './job-state.ts';

/** Jobs that are shown, the newest first. */
const MOST = 100;

/** A row of `job_records`. */
export interface JobRow {
  job_id: Buffer;
  type: string;
  queue: string;
  origin: string | null;
  origin_id: Buffer | null;
  trace_id: Buffer | null;
  user_id: Buffer | null;
  group_id: Buffer | null;
  position: number | null;
  dispatched_at: unknown;
  due_at: unknown;
}

/**
 * What the worker knows of jobs by an id: their own, that of the message which they were dispatched for, of their trace, group or
 * person. A mail is the ledger's to tell of.
 */
export async function jobTrace(database: Database, { uuid }: TracedId): Promise<Moment[]> {
  if (uuid === undefined) return [];
  const jobs = await findJobs(database, uuid, ['job_id', 'origin_id', 'trace_id', 'user_id', 'group_id']);
  const { known, groups } = await whatIsKnown(database, jobs);
  return [
    ...known.flatMap(momentsOf),
    ...groups.flatMap(groupMoments),
    ...(jobs.length < MOST ? [] : [onlySome(database.clock.now())]),
  ];
}

/** Jobs about a person that have not ended. */
export async function jobsThatWait(database: Database, userId: string): Promise<Waiting[]> {
  const { known } = await whatIsKnown(database, await findJobs(database, userId, ['user_id']));
  return known.flatMap(({ job, since, waits }) =>
    waits === undefined
      ? []
      : { part: 'job', type: job.type, count: 1, oldest: since, why: waits.why, next: waits.next },
  );
}

/** A job, what has become of it, and since when it waits for what. */
interface KnownJob {
  job: JobRow;
  state: JobState;
  group: JobGroup | undefined;
  since: Date;
  /** Undefined for one that has ended. */
  waits: { why: string; next?: Date } | undefined;
}

async function findJobs(database: Database, uuid: string, columns: readonly string[]): Promise<JobRow[]> {
  const by = (column: string) =>
    database.sql<JobRow>('job_records').where(column, idToBytes(uuid)).orderBy('job_id', 'desc').limit(MOST);
  // Each of them by its index; a condition over all columns would have none.
  const rows = (await Promise.all(columns.map(by))).flat();
  return [...new Map(rows.map((row) => [hex(row.job_id), row])).values()].reverse();
}

async function whatIsKnown(
  database: Database,
  jobs: readonly JobRow[],
): Promise<{ known: KnownJob[]; groups: JobGroup[] }> {
  const [states, groups] = await Promise.all([statesOf(database, jobs), groupsOf(database, jobs)]);
  const now = database.clock.now();
  const known = jobs.map((job) => {
    const state = stateOf(states, job);
    const group = job.group_id ? groups.get(hex(job.group_id)) : undefined;
    const since = state.tries.at(-1)?.at ?? (toDate(job.dispatched_at) as Date);
    return { job, state, group, since, waits: waitsFor(job, state, group, now) };
  });
  return { known, groups: [...groups.values()] };
}

function momentsOf({ job, state, group, since, waits }: KnownJob): Moment[] {
  const ids = idsOf(job);
  const moment = (at: Date, what: string): Moment => ({ at, part: 'job', what: `${job.type} ${what}`, ids });
  return [
    moment(toDate(job.dispatched_at) as Date, dispatchedWords(job, group)),
    ...state.tries.map(({ attempt, outcome, error, at }) =>
      moment(at, outcome === 'waits' ? `was asked to wait: ${error}` : `failed at its try ${attempt}: ${error}`),
    ),
    ...(state.doneAt ? [moment(state.doneAt, 'is done')] : []),
    ...(waits ? [{ ...moment(since, waits.why), waits: true }] : []),
  ];
}

function onlySome(at: Date): Moment {
  return { at, part: 'job', what: `there may be more jobs: the newest ${MOST} are shown`, ids: {}, waits: true };
}

function dispatchedWords({ origin, dispatched_at, due_at, position }: JobRow, group: JobGroup | undefined): string {
  const [at, due] = [toDate(dispatched_at) as Date, toDate(due_at) as Date];
  const by = origin === null ? '' : ` by ${origin}`;
  const later = due > at ? `, to run after ${due.toISOString()}` : '';
  const place =
    group && position !== null ? `, ${position + 1} of ${group.total} in the ${group.kind} ${group.name}` : '';
  return `was dispatched${by}${later}${place}`;
}

/** What it waits for, in words; undefined for one that has ended, or that its mail's ledger tells of. */
function waitsFor(
  { queue, dispatched_at, due_at }: JobRow,
  { doneAt, letter, member, pause, tries }: JobState,
  group: JobGroup | undefined,
  now: Date,
): KnownJob['waits'] {
  const content = Object.entries(queueContents).find(([name]) => name === queue)?.[1];
  if (doneAt || letter || content === 'mails' || member === 'failed') return undefined;
  if (group && member !== undefined && group.state === 'cancelled') return undefined;
  if (group && member === 'waiting') {
    return group.state === 'running' ? { why: `waits for its turn in the chain ${group.name}` } : undefined;
  }
  const [at, due] = [toDate(dispatched_at) as Date, toDate(due_at) as Date];
  if (due > at && due > now) return { why: `runs after ${due.toISOString()}`, next: due };
  if (pause) return { why: `waits while ${pause.what} is paused, by ${pause.by}: ${pause.reason}` };
  return { why: tries.length === 0 ? `waits for a worker that consumes ${queue}` : 'waits for its next try' };
}

function idsOf({ job_id, trace_id, user_id, origin_id, group_id }: JobRow): Record<string, string> {
  const id = (bytes: Buffer) => bytesToId(Buffer.from(bytes));
  return {
    job: id(job_id),
    ...(trace_id && { trace: hex(trace_id) }),
    ...(user_id && { user: id(user_id) }),
    ...(origin_id && { for: id(origin_id) }),
    ...(group_id && { group: id(group_id) }),
  };
}

function hex(bytes: Buffer): string {
  return Buffer.from(bytes).toString('hex');
}

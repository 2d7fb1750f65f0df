import { bytesToId, type Database, toDate } from '@postern/runtime';
import { nameOf } from '../pauses/pausable.ts';
import type { JobRow } from './job-trace.ts';

/** What has become of a job until now. */
export interface JobState {
  /** Those that did not succeed, in order. */
  tries: readonly { attempt: number; outcome: 'failed' | 'waits'; error: string; at: Date }[];
  doneAt: Date | undefined;
  /** It was given up, and what was decided about that is the register's to tell. */
  letter: boolean;
  /** Of a job in a chain or batch: `waiting`, `sent`, `done` or `failed`. */
  member: string | undefined;
  /** Who has paused its queue or its handler. */
  pause: { what: string; by: string; reason: string } | undefined;
}

interface Rows {
  tries: { job_id: Buffer; attempt: number; outcome: 'failed' | 'waits'; error: string; at: unknown }[];
  done: { message_id: Buffer; done_at: unknown }[];
  letters: { letter_id: string }[];
  members: { job_id: Buffer; state: string }[];
  pauses: { queue: string; handler: string; paused_by: string; reason: string }[];
}

/** What the tables know of these jobs, in five statements. */
export async function statesOf({ sql }: Database, jobs: readonly JobRow[]): Promise<Rows> {
  if (jobs.length === 0) return { tries: [], done: [], letters: [], members: [], pauses: [] };
  const ids = jobs.map(({ job_id }) => job_id);
  const groups = jobs.flatMap(({ group_id }) => group_id ?? []);
  const [tries, done, letters, members, pauses] = await Promise.all([
    sql('job_tries').whereIn('job_id', ids).orderBy('attempt'),
    sql('deliveries').whereIn('message_id', ids).where({ listener: 'job' }),
    sql('dead_letters')
      .whereIn('queue', [...new Set(jobs.map(({ queue }) => queue))])
      .whereIn(
        'letter_id',
        ids.map((id) => bytesToId(Buffer.from(id))),
      )
      .whereNot({ state: 'sent' })
      .select('letter_id'),
    sql('job_group_members').whereIn('group_id', groups).whereIn('job_id', ids),
    sql('pauses'),
  ]);
  return { tries, done, letters, members, pauses };
}

export function stateOf({ tries, done, letters, members, pauses }: Rows, { job_id, queue, type }: JobRow): JobState {
  const isOf = (bytes: Buffer) => Buffer.from(bytes).equals(Buffer.from(job_id));
  const id = bytesToId(Buffer.from(job_id));
  const pause = pauses.find((each) => each.queue === queue && (each.handler === '' || each.handler === type));
  return {
    tries: tries.filter((each) => isOf(each.job_id)).map((each) => ({ ...each, at: toDate(each.at) as Date })),
    doneAt: toDate(done.find(({ message_id }) => isOf(message_id))?.done_at) ?? undefined,
    letter: letters.some(({ letter_id }) => letter_id === id),
    member: members.find((each) => isOf(each.job_id))?.state,
    pause: pause && { what: nameOf(pause), by: pause.paused_by, reason: pause.reason },
  };
}

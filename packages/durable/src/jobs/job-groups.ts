import { type Clock, Columns, column, idToBytes, type Sql, type Transaction, toDate } from '@postern/runtime';
import type { Outbox } from '../outbox/outbox.ts';
import { fitting } from '../sql/fitting.ts';
import type { JobCall } from './job-definition.ts';
import type { JobRecords } from './job-records.ts';
import type { OutgoingJob } from './outgoing-job.ts';

const GROUPS = 'job_groups';
const MEMBERS = 'job_group_members';
const INSERT_AT_ONCE = 1_000;

export type GroupKind = 'chain' | 'batch';
type GroupState = 'running' | 'done' | 'failed' | 'cancelled';

/** Jobs that follow a group's end. They are dispatched once, whatever comes back later. */
export interface EndCalls {
  /** When every member is done. */
  onDone?: JobCall;
  /** At the first member that has failed for good. */
  onFailed?: JobCall;
}

export interface GroupProgress {
  id: string;
  kind: GroupKind;
  name: string;
  state: GroupState;
  total: number;
  done: number;
  failed: number;
  createdAt: Date;
  endedAt: Date | undefined;
}

interface NewGroup {
  id: string;
  kind: GroupKind;
  name: string;
  jobs: OutgoingJob[];
  onDone: OutgoingJob | undefined;
  onFailed: OutgoingJob | undefined;
}

const columns = new Columns<GroupProgress>({
  id: column.id('id'),
  kind: column.value('kind'),
  name: column.value('name'),
  state: column.value('state'),
  total: column.value('total'),
  done: column.value('done'),
  failed: column.value('failed'),
  createdAt: column.time('created_at'),
  endedAt: column.timeOrUndefined('ended_at'),
});

interface GroupRecord extends Pick<GroupProgress, 'kind' | 'name' | 'state' | 'total' | 'done' | 'failed'> {
  on_done: string | null;
  on_failed: string | null;
  ended_at: unknown;
}

type MemberState = 'waiting' | 'sent' | 'done' | 'failed';

/** Chains and batches: which of their jobs are done, and what comes next. */
export class JobGroups {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #records: JobRecords | undefined;

  /** @param records keep the jobs that follow a group's end; its members are whoever dispatches them to keep */
  constructor(outbox: Outbox, clock: Clock, records?: JobRecords) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.#records = records;
  }

  /** Stores a group and puts its first job (of a chain) or all of them (of a batch) into the outbox. */
  async create(tx: Transaction, { id, kind, name, jobs, onDone, onFailed }: NewGroup): Promise<void> {
    const group = idToBytes(id);
    await tx.sql(GROUPS).insert({
      id: group,
      kind,
      name,
      state: 'running',
      total: jobs.length,
      on_done: onDone ? JSON.stringify(onDone) : null,
      on_failed: onFailed ? JSON.stringify(onFailed) : null,
      created_at: this.#clock.now(),
    });
    const waits = (position: number) => kind === 'chain' && position > 0;
    const members = jobs.map((job, position) => ({
      group_id: group,
      position,
      job_id: idToBytes(job.message.id),
      state: waits(position) ? 'waiting' : 'sent',
      parcel: waits(position) ? JSON.stringify(job) : null,
    }));
    for (let rest: readonly (typeof members)[number][] = members; rest.length > 0; ) {
      const some = fitting(rest.slice(0, INSERT_AT_ONCE), ({ parcel }) => Buffer.byteLength(parcel ?? ''));
      await tx.sql(MEMBERS).insert(some);
      rest = rest.slice(some.length);
    }
    const ready = jobs.filter((_, position) => !waits(position));
    for (const [queue, messages] of Map.groupBy(ready, ({ queue }) => queue)) {
      await this.#outbox.addMany(
        tx,
        queue,
        messages.map(({ message }) => message),
      );
    }
  }

  /**
   * Records a member's end and sends what follows from it, in one transaction. Safe to repeat. A member that had failed
   * and was redriven counts as done from then on, and its chain goes on.
   */
  async settle(tx: Transaction, groupId: string, position: number, outcome: 'done' | 'failed'): Promise<void> {
    const id = idToBytes(groupId);
    const group = await this.#locked(tx, id);
    const at = { group_id: id, position };
    const member: { state: MemberState } | undefined = await tx.sql(MEMBERS).where(at).first('state');
    if (!group || !member || member.state === 'done' || member.state === outcome) return;
    await tx.sql(MEMBERS).where(at).update({ state: outcome });
    group.done += outcome === 'done' ? 1 : 0;
    group.failed += outcome === 'failed' ? 1 : member.state === 'failed' ? -1 : 0;
    const goesOn = outcome === 'done' && group.kind === 'chain' && group.state !== 'cancelled';
    if (goesOn) await this.#sendNext(tx, id, position + 1);
    const { state, send } = next(group);
    const over = state !== 'running';
    await tx
      .sql(GROUPS)
      .where({ id })
      .update({
        done: group.done,
        failed: group.failed,
        state,
        ended_at: over ? (toDate(group.ended_at) ?? this.#clock.now()) : null,
        ...(send === undefined ? {} : { [send]: null }),
      });
    const job = send === undefined ? null : group[send];
    if (job === null) return;
    const { queue, message, subject } = await this.#send(tx, job);
    const { id: jobId, type, traceparent } = message;
    const origin = `the end of the ${group.kind} ${group.name}`;
    const now = this.#clock.now();
    const record = { id: jobId, type, queue, traceparent, subject, origin, groupId, dispatchedAt: now, dueAt: now };
    this.#records?.dispatched(tx, [record]);
  }

  async progress({ sql }: Sql, groupId: string): Promise<GroupProgress | undefined> {
    const found = await sql(GROUPS).where('id', idToBytes(groupId)).first();
    return found && columns.read(found);
  }

  /** Members that have not begun are skipped; those that run end as they will. False when there was nothing to cancel. */
  async cancel({ sql }: Sql, groupId: string): Promise<boolean> {
    const changed = await sql(GROUPS)
      .where({ id: idToBytes(groupId), state: 'running' })
      .update({ state: 'cancelled', ended_at: this.#clock.now() });
    return changed === 1;
  }

  async isCancelled({ sql }: Sql, groupId: string): Promise<boolean> {
    const found: { state: GroupState } | undefined = await sql(GROUPS).where('id', idToBytes(groupId)).first('state');
    return found?.state === 'cancelled';
  }

  /** Members of one group end one after the other, so that exactly one of them is the last. */
  async #locked(tx: Transaction, id: Buffer): Promise<GroupRecord | undefined> {
    const query = tx.sql<GroupRecord>(GROUPS).where('id', id);
    return (tx.dialect === 'mysql' ? query.forUpdate() : query).first();
  }

  async #sendNext(tx: Transaction, id: Buffer, position: number): Promise<void> {
    const at = { group_id: id, position, state: 'waiting' };
    const found: { parcel: string } | undefined = await tx.sql(MEMBERS).where(at).first('parcel');
    if (!found) return;
    await tx.sql(MEMBERS).where(at).update({ state: 'sent', parcel: null });
    await this.#send(tx, found.parcel);
  }

  /** @param job an `OutgoingJob` as JSON */
  async #send(tx: Transaction, job: string): Promise<OutgoingJob> {
    const outgoing: OutgoingJob = JSON.parse(job);
    const { queue, message } = outgoing;
    await this.#outbox.add(tx, queue, this.#outbox.renewed(queue, message));
    return outgoing;
  }
}

/** The state a group is in by its counts, and which of its jobs is due for that. */
function next(group: GroupRecord): { state: GroupState; send?: 'on_done' | 'on_failed' } {
  if (group.state === 'cancelled') return { state: 'cancelled' };
  if (group.done === group.total) return { state: 'done', send: 'on_done' };
  if (group.failed === 0) return { state: 'running' };
  const over = group.kind === 'chain' || group.done + group.failed === group.total;
  return { state: over ? 'failed' : 'running', send: 'on_failed' };
}

import {
  type Clock,
  type Database,
  idToBytes,
  isUuid,
  type Logger,
  RecurringWarnings,
  type Transaction,
  traceIdOf,
} from '@postern/runtime';
import { RowWriter } from '../sql/row-writer.ts';
import { RECORD_LIMITS } from './create-job-records.ts';
import { tryOutcome } from './try-outcome.ts';

/** What the log has when jobs cannot be written down, and when they can again. */
const SAYS = {
  fails: 'jobs cannot be written down: they run, and their traces lack them',
  works: 'jobs are written down for their traces again',
};
/** How long a job waits for others to be written down with, in milliseconds: nobody waits for it. */
const LINGER_MS = 100;

/** A job, as whoever looks for it later wants to find it. */
export interface JobRecord {
  id: string;
  type: string;
  queue: string;
  traceparent: string | undefined;
  /** Whom it is about; anything but a UUID is left out. */
  subject?: string | undefined;
  /** What has dispatched it: a handler's name, or words. */
  origin?: string | undefined;
  /** The message that this was done for; anything but a UUID is left out. */
  originId?: string | undefined;
  groupId?: string | undefined;
  position?: number | undefined;
  dispatchedAt: Date;
  /** Not before this. */
  dueAt: Date;
}

/** A try of a job that did not succeed. */
interface UnsuccessfulTry {
  attempt: number;
  error: unknown;
}

type Row = Record<string, unknown>;

/**
 * Keeps of each job what it was, where it came from, and why its tries failed: for a trace. That it is done is in the inbox, and what it
 * belongs to in the tables of groups.
 *
 * Nothing waits for it, and nothing fails by it: a job is written down after COMMIT, with others in one statement. A process that dies in
 * between leaves a job without a record until its first try that fails.
 */
export class JobRecords {
  readonly #jobs: RowWriter<Row>;
  readonly #tries: RowWriter<Row>;
  readonly #clock: Clock;

  constructor(database: Database, { logger, clock = database.clock }: { logger: Logger; clock?: Clock }) {
    this.#clock = clock;
    const base = { says: SAYS, warnings: new RecurringWarnings({ logger, clock }) };
    this.#jobs = new RowWriter({
      ...base,
      lingerMs: LINGER_MS,
      write: async (rows) => {
        await database.sql('job_records').insert(rows).onConflict('job_id').ignore();
      },
    });
    this.#tries = new RowWriter({
      ...base,
      lingerMs: 0,
      // Of a try that waits again and again the last word counts.
      keyOf: (row) => `${(row.job_id as Buffer).toString('hex')}/${row.attempt}`,
      write: async (rows) => {
        await database.sql('job_tries').insert(rows).onConflict(['job_id', 'attempt']).merge();
      },
    });
  }

  /** Writes jobs down once `tx` has been committed. */
  dispatched(tx: Transaction, records: readonly JobRecord[]): void {
    tx.afterCommit(() => {
      for (const record of records) void this.#jobs.add(toRow(record));
    });
  }

  /** Resolves when the try is written down, or cannot be: the job's own error is what counts. */
  async tried(record: JobRecord, { attempt, error }: UnsuccessfulTry): Promise<void> {
    const outcome = tryOutcome(error, RECORD_LIMITS.error);
    const row = { job_id: idToBytes(record.id), attempt, ...outcome, at: this.#clock.now() };
    void this.#jobs.add(toRow(record));
    await this.#tries.add(row);
  }

  /** Resolves when what was dispatched until now is written down. */
  async flush(): Promise<void> {
    await Promise.all([this.#jobs.flush(), this.#tries.flush()]);
  }

  /** For liveness: what is wrong when a statement hangs. */
  stalled(): string | undefined {
    return this.#jobs.stalled() ?? this.#tries.stalled();
  }
}

function toRow({
  id,
  type,
  queue,
  traceparent,
  subject,
  origin,
  originId,
  groupId,
  position,
  ...times
}: JobRecord): Row {
  const bytes = (text: string | undefined) => (text !== undefined && isUuid(text) ? idToBytes(text) : null);
  const traceId = traceIdOf(traceparent);
  return {
    ...{ job_id: idToBytes(id), type, queue, dispatched_at: times.dispatchedAt, due_at: times.dueAt },
    origin: origin?.slice(0, RECORD_LIMITS.origin) ?? null,
    ...{ origin_id: bytes(originId), user_id: bytes(subject), group_id: bytes(groupId), position: position ?? null },
    trace_id: traceId === undefined ? null : Buffer.from(traceId, 'hex'),
  };
}

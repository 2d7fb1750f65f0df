import { type Database, forUpdateSkipLocked, type Sql, type Transaction, toDate } from '@postern/runtime';

const TABLE = 'job_schedules';
const ERROR_LENGTH = 1_000;

/** What is known of a schedule. */
export interface ScheduleReport {
  name: string;
  timing: string;
  nextAt: Date;
  /** When it last fired; undefined = not yet. */
  firedAt: Date | undefined;
  /** When what it fired last ended. */
  doneAt: Date | undefined;
  /** How often it was due while the run before had not ended. */
  skipped: number;
  /** Why the last run failed; undefined when it went well. */
  lastError: string | undefined;
}

interface ScheduleRecord {
  name: string;
  timing: string;
  next_at: unknown;
  fired_at: unknown;
  done_at: unknown;
  skipped: number;
  last_error: string | null;
}

export class ScheduleStore {
  /** Makes a schedule known. One whose timing is new starts afresh; one that is as before keeps its next time. */
  async declare({ sql }: Sql, name: string, timing: string, nextAt: Date): Promise<void> {
    await sql(TABLE).insert({ name, timing, next_at: nextAt }).onConflict('name').ignore();
    await sql(TABLE).where({ name }).whereNot({ timing }).update({ timing, next_at: nextAt });
  }

  async dueNames({ sql }: Pick<Database, 'sql'>, names: readonly string[], now: Date): Promise<string[]> {
    const found = await sql<ScheduleRecord>(TABLE).whereIn('name', names).where('next_at', '<=', now).select('name');
    return found.map(({ name }) => name);
  }

  /** Those that are due, locked until the transaction ends: no other replica sees them. */
  async due(tx: Transaction, names: readonly string[], now: Date): Promise<ScheduleReport[]> {
    const query = tx.sql<ScheduleRecord>(TABLE).whereIn('name', names).where('next_at', '<=', now);
    return (await forUpdateSkipLocked(query, tx.dialect)).map(report);
  }

  async fired({ sql }: Sql, name: string, { now, nextAt }: { now: Date; nextAt: Date }): Promise<void> {
    await sql(TABLE).where({ name }).update({ fired_at: now, next_at: nextAt });
  }

  async skipped({ sql }: Sql, name: string, nextAt: Date): Promise<void> {
    await sql(TABLE).where({ name }).increment('skipped', 1).update({ next_at: nextAt });
  }

  /** A run that could not be begun. */
  async failed(
    { sql }: Pick<Database, 'sql'>,
    name: string,
    { nextAt, error }: { nextAt: Date; error: string },
  ): Promise<void> {
    await sql(TABLE)
      .where({ name })
      .update({ next_at: nextAt, last_error: error.slice(0, ERROR_LENGTH) });
  }

  async ended({ sql }: Sql, name: string, now: Date, error: string | undefined): Promise<void> {
    await sql(TABLE)
      .where({ name })
      .update({ done_at: now, last_error: error?.slice(0, ERROR_LENGTH) ?? null });
  }

  async list({ sql }: Pick<Database, 'sql'>): Promise<ScheduleReport[]> {
    return (await sql<ScheduleRecord>(TABLE).orderBy('name')).map(report);
  }
}

function report(record: ScheduleRecord): ScheduleReport {
  return {
    name: record.name,
    timing: record.timing,
    nextAt: toDate(record.next_at) as Date,
    firedAt: toDate(record.fired_at) ?? undefined,
    doneAt: toDate(record.done_at) ?? undefined,
    skipped: record.skipped,
    lastError: record.last_error ?? undefined,
  };
}

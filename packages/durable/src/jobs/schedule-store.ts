import { Columns, column, type Database, forUpdateSkipLocked, type Sql, type Transaction } from '@postern/runtime';
import type { Knex } from 'knex';

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
  /** How often it was due, or wanted, while the run before had not ended. */
  skipped: number;
  /** Why the last run failed; undefined when it went well. */
  lastError: string | undefined;
  /** Who has paused it on every replica, when and why. */
  paused: { by: string; at: Date; reason: string } | undefined;
  /** Who wants it to run now; undefined once a replica has done that. */
  asked: { by: string; at: Date } | undefined;
}

const columns = new Columns<Omit<ScheduleReport, 'paused' | 'asked'>>({
  name: column.value('name'),
  timing: column.value('timing'),
  nextAt: column.time('next_at'),
  firedAt: column.timeOrUndefined('fired_at'),
  doneAt: column.timeOrUndefined('done_at'),
  skipped: column.value('skipped'),
  lastError: column.valueOrUndefined('last_error'),
});

const pauses = new Columns<{ by: string; at: Date; reason: string }>({
  by: column.value('paused_by'),
  at: column.time('paused_at'),
  reason: column.value('pause_reason'),
});

const wishes = new Columns<{ by: string; at: Date }>({
  by: column.value('asked_by'),
  at: column.time('asked_at'),
});

export class ScheduleStore {
  /**
   * Makes a schedule known. One whose timing is new starts afresh; one that is as before keeps its next time.
   *
   * @param times.latest a next time after this was written by a clock that was ahead: it starts afresh then, too, and does not stand still for
   *   as long as that clock was wrong
   */
  async declare(
    { sql }: Sql,
    name: string,
    timing: string,
    { nextAt, latest }: { nextAt: Date; latest: Date },
  ): Promise<void> {
    await sql(TABLE).insert({ name, timing, next_at: nextAt }).onConflict('name').ignore();
    const stale = sql(TABLE)
      .where({ name })
      .where((any) => any.whereNot({ timing }).orWhere('next_at', '>', latest));
    await stale.update({ timing, next_at: nextAt });
  }

  async dueNames({ sql }: Pick<Database, 'sql'>, names: readonly string[], now: Date): Promise<string[]> {
    const found = await isDue(sql(TABLE).whereIn('name', names), now).select('name');
    return found.map(({ name }) => name);
  }

  /** Those that are due, locked until the transaction ends: no other replica sees them. */
  async due(tx: Transaction, names: readonly string[], now: Date): Promise<ScheduleReport[]> {
    const query = isDue(tx.sql(TABLE).whereIn('name', names), now);
    return (await forUpdateSkipLocked(query, tx.dialect)).map(report);
  }

  async fired({ sql }: Sql, name: string, { now, nextAt }: { now: Date; nextAt: Date }): Promise<void> {
    await sql(TABLE).where({ name }).update({ fired_at: now, next_at: nextAt });
  }

  async skipped({ sql }: Sql, name: string, nextAt: Date): Promise<void> {
    await sql(TABLE).where({ name }).increment('skipped', 1).update({ next_at: nextAt });
  }

  /** It was due while it was paused: that run is left out. */
  async leftOut({ sql }: Sql, name: string, nextAt: Date): Promise<void> {
    await sql(TABLE).where({ name }).update({ next_at: nextAt });
  }

  /** A run that an operator wanted: its next time stays. Not begun: the run before has not ended. */
  async answered({ sql }: Sql, name: string, { now, begun }: { now: Date; begun: boolean }): Promise<void> {
    const row = sql(TABLE).where({ name });
    if (!begun) row.increment('skipped', 1);
    await row.update({ asked_at: null, asked_by: null, ...(begun && { fired_at: now }) });
  }

  /** A run that could not be begun. */
  async failed(
    { sql }: Pick<Database, 'sql'>,
    name: string,
    { nextAt, error }: { nextAt: Date; error: string },
  ): Promise<void> {
    await sql(TABLE)
      .where({ name })
      .update({ next_at: nextAt, last_error: error.slice(0, ERROR_LENGTH), asked_at: null, asked_by: null });
  }

  async ended({ sql }: Sql, name: string, now: Date, error: string | undefined): Promise<void> {
    await sql(TABLE)
      .where({ name })
      .update({ done_at: now, last_error: error?.slice(0, ERROR_LENGTH) ?? null });
  }

  async list({ sql }: Pick<Database, 'sql'>): Promise<ScheduleReport[]> {
    return (await sql(TABLE).orderBy('name')).map(report);
  }

  async find({ sql }: Pick<Database, 'sql'>, name: string): Promise<ScheduleReport | undefined> {
    const record = await sql(TABLE).where({ name }).first();
    return record && report(record);
  }

  /** False: it is paused already, or there is none of this name. */
  async pause(
    { sql }: Pick<Database, 'sql'>,
    name: string,
    { by, at, reason }: { by: string; at: Date; reason: string },
  ): Promise<boolean> {
    const running = sql(TABLE).where({ name }).whereNull('paused_at');
    return (await running.update({ paused_at: at, paused_by: by, pause_reason: reason })) > 0;
  }

  /** Ends the pause that began then, and no other. False: it had ended. */
  async resume({ sql }: Pick<Database, 'sql'>, name: string, pausedAt: Date): Promise<boolean> {
    const paused = sql(TABLE).where({ name, paused_at: pausedAt });
    return (await paused.update({ paused_at: null, paused_by: null, pause_reason: null })) > 0;
  }

  /** Has the first replica that looks go on where a run was cut off, unless it was paused meanwhile or is to run anyway. */
  async again({ sql }: Sql, name: string, { by, at }: { by: string; at: Date }): Promise<void> {
    const open = sql(TABLE).where({ name }).whereNull('asked_at').whereNull('paused_at');
    await open.update({ asked_at: at, asked_by: by });
  }

  /** Has the first replica that looks begin a run. False: somebody else's wish is still open, or there is none of this name. */
  async ask({ sql }: Pick<Database, 'sql'>, name: string, { by, at }: { by: string; at: Date }): Promise<boolean> {
    const open = sql(TABLE).where({ name }).whereNull('asked_at');
    return (await open.update({ asked_at: at, asked_by: by })) > 0;
  }
}

function isDue<Query extends Knex.QueryBuilder>(query: Query, now: Date): Query {
  return query.where((any) => any.where('next_at', '<=', now).orWhereNotNull('asked_at')) as Query;
}

function report(row: { paused_at: unknown; asked_at: unknown }): ScheduleReport {
  return {
    ...columns.read(row),
    paused: row.paused_at === null ? undefined : pauses.read(row),
    asked: row.asked_at === null ? undefined : wishes.read(row),
  };
}

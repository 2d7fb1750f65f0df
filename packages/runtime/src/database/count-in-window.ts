import type { Knex } from 'knex';
import { isLockWait } from './dialect.ts';
import type { Database } from './open-database.ts';

/** So much may two looks at the database's clock differ, in milliseconds. A window that ends later than one which begins now was begun while that clock was ahead. */
const CLOCK_ROOM_MS = 60_000;

/** Hits of one thing counted in a table with the columns `id`, `hits`, `resets_at` (milliseconds since 1970). */
interface WindowHit {
  table: string;
  id: Buffer;
  /** How many at once. */
  hits: number;
  now: number;
  /** When a window that begins with these hits ends. */
  resetsAt: number;
}

interface WindowCount {
  /** Hits in the window, these among them. */
  hits: number;
  resetsAt: number;
}

/**
 * Counts hits in one statement that commits by itself: the row is locked while the server works, never while it waits for
 * us, so that a process which hangs holds back nobody. A row that somebody else holds all the same, for longer than the database's
 * `countWaitSeconds`, is read as it was committed last, and the hits are added to that without being stored.
 *
 * MariaDB returns the row with the statement. MySQL gives the new count back as its insert id, which is what
 * LAST_INSERT_ID(expression) is for, and is asked for the rest: one round trip more.
 */
export async function countInWindow(db: Database, hit: WindowHit): Promise<WindowCount> {
  if (db.dialect === 'sqlite') return countOnSqlite(db.sql, hit);
  const { table, id, hits, resetsAt } = hit;
  try {
    // Assignments go from left to right: `hits` must be decided before `resets_at` changes.
    const [answer] = await db.sql.raw(
      `/*M!100108 SET STATEMENT innodb_lock_wait_timeout = ${db.countWaitSeconds} FOR */
       INSERT INTO ?? (id, hits, resets_at) VALUES (?, LAST_INSERT_ID(?), ?) ON DUPLICATE KEY UPDATE
       hits = LAST_INSERT_ID(CASE WHEN resets_at > ? AND resets_at <= ? THEN hits + ? ELSE ? END),
       resets_at = CASE WHEN resets_at > ? AND resets_at <= ? THEN resets_at ELSE ? END
       /*M!100500 RETURNING hits, resets_at */`,
      [table, id, hits, resetsAt, ...running(hit), hits, hits, ...running(hit), resetsAt],
    );
    if (Array.isArray(answer)) return { hits: answer[0].hits, resetsAt: Number(answer[0].resets_at) };
    const row = await find(db.sql, hit);
    return { hits: Number(answer.insertId), resetsAt: row?.resetsAt ?? resetsAt };
  } catch (error) {
    if (!isLockWait(error)) throw error;
    const row = await find(db.sql, hit);
    const [after, until] = running(hit);
    return row && row.resetsAt > after && row.resetsAt <= until
      ? { ...row, hits: row.hits + hits }
      : { hits, resetsAt };
  }
}

/** A window is under way that ends after the first time, and at the second one at the latest. */
function running({ now, resetsAt }: WindowHit): [after: number, until: number] {
  return [now, resetsAt + CLOCK_ROOM_MS];
}

async function countOnSqlite(sql: Knex, hit: WindowHit): Promise<WindowCount> {
  const { table, id, hits, resetsAt } = hit;
  const [row] = await sql.raw(
    `INSERT INTO ?? (id, hits, resets_at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET
     hits = CASE WHEN resets_at > ? AND resets_at <= ? THEN hits + excluded.hits ELSE excluded.hits END,
     resets_at = CASE WHEN resets_at > ? AND resets_at <= ? THEN resets_at ELSE excluded.resets_at END
     RETURNING hits, resets_at`,
    [table, id, hits, resetsAt, ...running(hit), ...running(hit)],
  );
  return { hits: row.hits, resetsAt: row.resets_at };
}

async function find(sql: Knex, { table, id }: WindowHit): Promise<WindowCount | undefined> {
  const row = await sql(table).where({ id }).first('hits', 'resets_at');
  return row && { hits: row.hits, resetsAt: Number(row.resets_at) };
}

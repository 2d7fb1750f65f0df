import { createHmac } from 'node:crypto';
import type { Database } from '@postern/runtime';

/** One thing counted: which limit, and by what value. */
export interface Tally {
  name: string;
  value: string;
  windowSeconds: number;
}

export interface Count {
  /** Hits in the window, this one among them. */
  hits: number;
  /** When the window ends, milliseconds since 1970. */
  resetsAt: number;
}

interface Row {
  id: Buffer;
  hits: number;
  resets_at: number;
}

/** Rows deleted in one statement by `sweep`. */
const SWEEP_ROWS = 500;

/**
 * Counts in the database, shared by all replicas. A window begins with its first hit. What is counted by (an address, an
 * e-mail) is stored as a keyed hash only.
 */
export class RateLimitStore {
  readonly #database: Database;
  readonly #key: Buffer;

  constructor(database: Database, key: Buffer) {
    this.#database = database;
    this.#key = key;
  }

  /** Counts one hit on each tally and says where each stands. Exact under concurrency: the rows stay locked until read. */
  async hit(tallies: readonly Tally[], now: number): Promise<Count[]> {
    const ids = tallies.map((tally) => this.#id(tally));
    const rows = tallies.map(({ windowSeconds }, index) => ({
      id: ids[index] as Buffer,
      hits: 1,
      resets_at: now + windowSeconds * 1_000,
    }));
    // In one order everywhere, so that two requests with the same limits cannot lock each other out.
    rows.sort((a, b) => Buffer.compare(a.id, b.id));
    const found = await this.#database.transaction(async ({ sql }): Promise<Row[]> => {
      for (const row of rows) {
        await sql('rate_limits')
          .insert(row)
          .onConflict('id')
          .merge({
            // MySQL assigns from left to right: `hits` must be decided before `resets_at` changes.
            hits: sql.raw('CASE WHEN rate_limits.resets_at <= ? THEN 1 ELSE rate_limits.hits + 1 END', [now]),
            resets_at: sql.raw('CASE WHEN rate_limits.resets_at <= ? THEN ? ELSE rate_limits.resets_at END', [
              now,
              row.resets_at,
            ]),
          });
      }
      return sql('rate_limits').whereIn('id', ids).select('id', 'hits', 'resets_at');
    });
    return ids.map((id) => {
      const row = found.find((candidate) => id.equals(candidate.id));
      if (!row) throw new Error('a rate limit that was just counted is gone');
      return { hits: row.hits, resetsAt: row.resets_at };
    });
  }

  /** Deletes counts whose window has ended, by primary key. Returns how many. */
  async sweep(now: number): Promise<number> {
    const { sql } = this.#database;
    const rows: { id: Buffer }[] = await sql('rate_limits')
      .where('resets_at', '<=', now)
      .limit(SWEEP_ROWS)
      .select('id');
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    return sql('rate_limits').whereIn('id', ids).where('resets_at', '<=', now).delete();
  }

  #id({ name, value, windowSeconds }: Tally): Buffer {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify(['rate-limit', name, windowSeconds, value]))
      .digest()
      .subarray(0, 16);
  }
}

import { createHmac } from 'node:crypto';
import { countInWindow, type Database } from '@postern/runtime';

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

/** Hits that wait for the statement that counts them. */
interface Waiting {
  now: number;
  resolve(count: Count): void;
  reject(error: unknown): void;
}

/**
 * Counts in the database, shared by all replicas. A window begins with its first hit. What is counted by (an address, an
 * e-mail) is stored as a keyed hash only.
 *
 * No lock is held across a round trip, and a process counts one thing on one connection at a time: hits that come
 * meanwhile are counted together by the next statement. However many wait for one row, they take one connection.
 */
export class RateLimitStore {
  readonly #database: Database;
  readonly #key: () => Buffer;
  /** By row: what has come since its last statement began. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(database: Database, key: () => Buffer) {
    this.#database = database;
    this.#key = key;
  }

  /** Counts one hit and returns the tally after it. Exact under concurrency. */
  async hit(tally: Tally, now: number): Promise<Count> {
    const id = this.#id(tally);
    const key = id.toString('hex');
    const waiting = this.#waiting.get(key);
    if (waiting) return new Promise((resolve, reject) => waiting.push({ now, resolve, reject }));
    this.#waiting.set(key, []);
    try {
      return await this.#count(id, 1, tally, now);
    } finally {
      void this.#countWaiting(key, id, tally);
    }
  }

  /** @param resetsAt of the window in which it was counted: the next one is left alone */
  async takeBack(tally: Tally, resetsAt: number): Promise<void> {
    const { sql } = this.#database;
    await sql('rate_limits')
      .where({ id: this.#id(tally), resets_at: resetsAt })
      .where('hits', '>', 0)
      .decrement('hits');
  }

  async #countWaiting(key: string, id: Buffer, tally: Tally): Promise<void> {
    for (;;) {
      const waiting = this.#waiting.get(key) ?? [];
      const last = waiting.at(-1);
      if (!last) {
        this.#waiting.delete(key);
        return;
      }
      this.#waiting.set(key, []);
      try {
        const { hits, resetsAt } = await this.#count(id, waiting.length, tally, last.now);
        for (const [index, { resolve }] of waiting.entries()) {
          resolve({ hits: hits - waiting.length + 1 + index, resetsAt });
        }
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
  }

  #count(id: Buffer, hits: number, { windowSeconds }: Tally, now: number): Promise<Count> {
    const resetsAt = now + windowSeconds * 1_000;
    return countInWindow(this.#database, { table: 'rate_limits', id, hits, now, resetsAt });
  }

  #id({ name, value, windowSeconds }: Tally): Buffer {
    return createHmac('sha256', this.#key())
      .update(JSON.stringify(['rate-limit', name, windowSeconds, value]))
      .digest()
      .subarray(0, 16);
  }
}

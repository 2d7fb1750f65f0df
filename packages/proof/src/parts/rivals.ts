import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { SeededRandom } from '../seeded-random.ts';

const ROWS = 10;
const TABLES = 3;
const HOLD_MS = 3;
/** Of two transactions that wait for each other InnoDB ends the one that has changed fewer rows: a rival has always changed more than a request. */
const WEIGHT = 500;

/** Others who lock rows of the services' tables, in any order, and do not give way: what the services meet are deadlocks and lock waits. */
export class Rivals {
  readonly #random: SeededRandom;
  readonly #lines: Promise<void>[] = [];
  #ended = false;
  /** Transactions of theirs that MariaDB ended: for another rival's sake. */
  lost = 0;

  /** @param url of one service's database, as an administrator */
  constructor(random: SeededRandom, url: string, tables: readonly string[], count: number) {
    this.#random = random;
    for (let n = 0; n < count; n++) this.#lines.push(this.#line(url, tables));
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#lines);
  }

  async #line(url: string, tables: readonly string[]): Promise<void> {
    const connection = await createConnection(url);
    try {
      await connection.query('CREATE TABLE IF NOT EXISTS rivals (n BIGINT AUTO_INCREMENT PRIMARY KEY, filler INT)');
      // As the services do: rows are locked, and not what would come between them.
      await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      while (!this.#ended) {
        await connection.query('BEGIN');
        try {
          await connection.query(`INSERT INTO rivals (filler) SELECT seq FROM seq_1_to_${WEIGHT}`);
          for (const table of this.#random.shuffled(tables).slice(0, TABLES)) {
            const order = this.#random.oneOf(['ASC', 'DESC']);
            await connection.query(`SELECT * FROM ${table} ORDER BY 1 ${order} LIMIT ${ROWS} FOR UPDATE`);
            await pause(HOLD_MS);
          }
        } catch {
          this.lost += 1;
        }
        await connection.query('ROLLBACK');
        await pause(HOLD_MS);
      }
    } finally {
      await connection.end();
    }
  }
}

import type { Knex } from 'knex';

/** Rows in one statement, so that each ends well within the time that a statement has. */
const PORTION = 10_000;

/**
 * Makes rows by the thousand on the server itself.
 *
 * @param insert an INSERT with the SELECT's columns, up to its FROM; `n` is the number of the row
 */
export async function fillRows(sql: Knex, insert: string, { from, to }: { from: number; to: number }): Promise<void> {
  const digits = [1, 10, 100, 1_000].map((place) => `(${oneToTen()}) AS d${place}`).join(', ');
  const numbers = `SELECT ? + d1.d + 10 * d10.d + 100 * d100.d + 1000 * d1000.d AS n FROM ${digits}`;
  for (let first = from; first < to; first += PORTION) {
    await sql.raw(`${insert} FROM (${numbers}) AS numbers WHERE n < ?`, [first, to]);
  }
}

function oneToTen(): string {
  return Array.from({ length: 10 }, (_, n) => `SELECT ${n} AS d`).join(' UNION ALL ');
}

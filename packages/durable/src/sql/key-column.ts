import type { Dialect } from '@postern/runtime';
import type { Knex } from 'knex';

/**
 * A key as a column of keys has it: MySQL pads what it compares with spaces, so that `a` and `a ` would be one key. What ends in a space ends in a
 * NUL there, and so does what ends in a NUL.
 */
export function asKey(text: string): string {
  return /[ \0]$/.test(text) ? `${text}\0` : text;
}

/**
 * A short text column whose values are compared byte by byte on either database. MySQL's default collation takes
 * `Order-1` and `order-1` for equal, which would make one key of two; SQLite compares bytes as it is.
 */
export function keyColumn(
  table: Knex.CreateTableBuilder,
  name: string,
  length: number,
  dialect: Dialect,
): Knex.ColumnBuilder {
  const column = table.string(name, length);
  return dialect === 'mysql' ? column.collate('utf8mb4_bin') : column;
}

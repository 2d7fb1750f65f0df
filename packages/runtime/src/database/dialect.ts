import type { Knex } from 'knex';

/**
 * The few places where MySQL/MariaDB and SQLite differ. Everything else is written once, in knex.
 */
export type Dialect = 'mysql' | 'sqlite';

const ISOLATION_ERRORS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD', 'SQLITE_BUSY']);
/** Deadlock, lock wait, MariaDB's snapshot check, certification in a cluster, a table that a migration changed meanwhile. */
const ISOLATION_NUMBERS = new Set([1213, 1205, 1020, 3101, 1412]);

/** A BINARY(16) column for a UUID. */
export function idColumn(table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.binary(name, 16);
}

/** A UTC time with milliseconds: DATETIME(3), on SQLite an integer of milliseconds. Read it with `toDate`. */
export function timeColumn(table: Knex.CreateTableBuilder, name: string): Knex.ColumnBuilder {
  return table.datetime(name, { precision: 3 });
}

/** A time column's value as a Date, whichever database it came from. */
export function toDate(value: unknown): Date | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value;
  if (typeof value === 'number' || typeof value === 'string') return new Date(value);
  throw new TypeError(`not a time: ${typeof value}`);
}

/** A UUID's text as the 16 bytes that are stored. Throws on anything but a UUID. */
export function idToBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16 || id.length !== 36) throw new TypeError('not a UUID');
  return bytes;
}

/** Sixteen stored bytes as a UUID's text. */
export function bytesToId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Locks the rows a query finds, passing over those another replica holds. SQLite has one writer: nothing to lock. */
export function forUpdateSkipLocked<Query extends Knex.QueryBuilder>(query: Query, dialect: Dialect): Query {
  return dialect === 'mysql' ? (query.forUpdate().skipLocked() as Query) : query;
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Whether a unique index refused the row. */
export function isDuplicateKey(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ER_DUP_ENTRY' || code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/** Whether a row stayed locked by another transaction for longer than the session waits. */
export function isLockWait(error: unknown): boolean {
  return codeOf(error) === 'ER_LOCK_WAIT_TIMEOUT';
}

/** Whether SQLite refused a write because another process has written since the transaction first read: no wait was tried. */
export function isSnapshotLost(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY_SNAPSHOT';
}

/** Whether the whole transaction may simply be run again: deadlock, lock wait, MariaDB's snapshot check (1020). */
export function isRetryable(error: unknown): boolean {
  const { errno } = (error ?? {}) as { errno?: unknown };
  const code = codeOf(error);
  return ISOLATION_ERRORS.has(code) || code.startsWith('SQLITE_BUSY') || ISOLATION_NUMBERS.has(errno as number);
}

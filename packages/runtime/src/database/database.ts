import knex, { type Knex } from 'knex';
import type { Logger } from '../logging/logger.ts';
import { DatabaseClock, TIME_STATEMENT } from './database-clock.ts';
import { DatabaseBusy } from './database-unavailable.ts';
import { type MysqlAddress, readSqliteUrl } from './database-url.ts';
import { freshAddress } from './fresh-address.ts';
import { type MysqlLimits, mysqlClient } from './mysql-client.ts';

/**
 * The few places where MySQL/MariaDB and SQLite differ. Everything else is written once, in knex.
 */
export type Dialect = 'mysql' | 'sqlite';

const ISOLATION_ERRORS = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD', 'SQLITE_BUSY']);
/** Deadlock, lock wait, MariaDB's snapshot check, certification in a cluster, a table that a migration changed meanwhile. */
const ISOLATION_NUMBERS = new Set([1213, 1205, 1020, 3101, 1412]);
/** How the connections of one pool are used. */
export interface PoolOptions {
  size: number;
  /** How long a statement waits for a connection of the pool, which includes making one, in milliseconds. */
  acquireMs?: number | undefined;
  /** Limits on MySQL; SQLite is in the process. */
  limits: MysqlLimits;
}

export interface ConnectFurther {
  /** Learns the database's time; one of its own by default. */
  clock?: DatabaseClock | undefined;
  reread?: (() => string) | undefined;
}

const ACQUIRE_MS = 6_000;
/**
 * How many statements may wait for each connection of the pool. With a few milliseconds for each, fewer for SQLite's one connection, they
 * have their turn in a fraction of a second; more of them are a load that the database does not keep up with, and whoever comes then is
 * better reported immediately.
 */
const WAITING_PER_CONNECTION = { mysql: 100, sqlite: 500 };
const KEEP_ALIVE_MS = 10_000;

/**
 * A knex for `mysql://user:password@host:port/name` or `sqlite:/absolute/path.sqlite`.
 *
 * @param further.reread the URL as it is now, for each new connection to a server
 * @throws ConfigError when the URL is neither, or has parameters that are not known (see `readMysqlUrl`)
 */
export function connect(
  url: string,
  options: PoolOptions,
  logger: Logger,
  { clock = new DatabaseClock(), reread }: ConnectFurther = {},
): { sql: Knex; dialect: Dialect; clock: DatabaseClock } {
  const sqlite = url.startsWith('sqlite:');
  const sql = sqlite
    ? connectSqlite(readSqliteUrl(url), logger, clock)
    : connectMysql(freshAddress(url, reread, logger), options, logger, clock);
  const dialect = sqlite ? 'sqlite' : 'mysql';
  boundWaiting(sql, WAITING_PER_CONNECTION[dialect]);
  return { sql, dialect, clock };
}

/** @throws DatabaseBusy from then on, for whoever would wait behind too many */
function boundWaiting({ client }: Knex, perConnection: number): void {
  const acquire: () => Promise<unknown> = client.acquireConnection.bind(client);
  client.acquireConnection = async () => {
    const waiting: number = client.pool?.numPendingAcquires() ?? 0;
    if (waiting >= client.pool?.max * perConnection) throw new DatabaseBusy(waiting);
    return acquire();
  };
}

function connectMysql(
  address: () => MysqlAddress,
  { size, acquireMs = ACQUIRE_MS, limits }: PoolOptions,
  logger: Logger,
  clock: DatabaseClock,
): Knex {
  return knex({
    client: mysqlClient(limits, clock, address),
    connection: {
      ...address(),
      charset: 'utf8mb4',
      timezone: 'Z',
      connectTimeout: limits.connectMs,
      enableKeepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      // None is prepared, and for each that might be the connection would set 32 bytes aside: half a megabyte at mysql2's 16,000.
      maxPreparedStatements: 1,
    },
    pool: { min: 0, max: size },
    acquireConnectionTimeout: acquireMs,
    // An error's message goes into logs: it names the statement, not the addresses and hashes bound to it.
    compileSqlOnError: false,
    log: knexLog(logger),
  });
}

/** knex prints to standard output by itself; its notes belong into the log, and its errors are thrown as well. */
function knexLog(logger: Logger) {
  const note = (message: unknown) => logger.debug('knex', { note: String(message) });
  return { debug: note, warn: note, error: note, deprecate: note };
}

function connectSqlite(filename: string, logger: Logger, clock: DatabaseClock): Knex {
  return knex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    compileSqlOnError: false,
    log: knexLog(logger),
    pool: {
      // One connection: SQLite has one writer, and transactions queue up in the pool instead of failing.
      min: 1,
      max: 1,
      afterCreate: (connection: SqliteConnection, done: (error: unknown, connection: unknown) => void) => {
        connection.pragma('journal_mode = WAL');
        connection.pragma('synchronous = NORMAL');
        connection.pragma('foreign_keys = ON');
        connection.pragma('busy_timeout = 5000');
        const time = connection.prepare(TIME_STATEMENT.sqlite);
        clock
          .look(async () => time.get().now)
          .then(
            () => done(null, connection),
            (error) => done(error, connection),
          );
      },
    },
  });
}

interface SqliteConnection {
  pragma(statement: string): void;
  prepare(statement: string): { get(): { now: number } };
}

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

import knex, { type Knex } from 'knex';
import type { Logger } from '../logging/logger.ts';
import { DatabaseClock, TIME_STATEMENT } from './database-clock.ts';
import { DatabaseBusy } from './database-unavailable.ts';
import { type MysqlAddress, readSqliteUrl } from './database-url.ts';
import type { Dialect } from './dialect.ts';
import { freshAddress } from './fresh-address.ts';
import { type MysqlLimits, mysqlClient } from './mysql-client.ts';

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
    ? nameSenders(connectSqlite(readSqliteUrl(url), logger, clock))
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

/** Of an error's stack V8 keeps the beginning, which SQLite's driver and knex fill; whoever awaits the statement is known here. */
function nameSenders(sql: Knex): Knex {
  const { client } = sql;
  const query: (connection: unknown, statement: unknown) => Promise<unknown> = client.query.bind(client);
  client.query = async (connection: unknown, statement: unknown) => {
    try {
      return await query(connection, statement);
    } catch (error) {
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  };
  return sql;
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

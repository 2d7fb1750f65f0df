import type { Knex } from 'knex';
import type { Logger } from '../logging/logger.ts';
import { backoffDelay } from '../time/backoff.ts';
import { runningSpan, traced } from '../tracing/span.ts';
import { type ConnectFurther, connect, type PoolOptions } from './connect.ts';
import { type DatabaseClock, TIME_STATEMENT } from './database-clock.ts';
import { type Dialect, isRetryable, isSnapshotLost } from './dialect.ts';
import { type Migration, migrate, pendingMigrations } from './migrations.ts';
import { transact } from './transact.ts';
import { WaitLimits } from './wait-limits.ts';

/** Whatever statements can be run on: the database itself or a transaction on it. */
export interface Sql {
  readonly sql: Knex;
  readonly dialect: Dialect;
}

export interface Transaction extends Sql {
  readonly sql: Knex.Transaction;
  /** Runs `hook` once the transaction has been committed; not at all when it was rolled back. It must not throw. */
  afterCommit(hook: () => void): void;
}

/** A statement as knex shows it. */
export interface Query {
  sql: string;
  bindings?: readonly unknown[];
}

const TRANSACTION_TRIES = 5;
/** SQLite refuses a transaction that another process's write came before at once, however short: as long as a lock is waited for. */
const SNAPSHOT_LOST_MS = 5_000;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;
const HURRIED_MS = 3_000;
const COUNT_WAIT_SECONDS = 1;
/** For readiness: it has to say something before whoever asks gives up. */
const PROBE: PoolOptions = { size: 1, limits: { connectMs: 1_500, statementMs: 1_500 } };
/** One connection holds the lock, one migrates; a table may take its time. */
const MIGRATIONS: PoolOptions = { size: 2, limits: { connectMs: CONNECT_MS, passOverDone: true } };

interface DatabaseParts extends Sql {
  clock: DatabaseClock;
  waits?: WaitLimits;
  countWaitSeconds?: number | undefined;
}

/** A pool of connections to one service's own database. */
export class Database implements Sql {
  readonly sql: Knex;
  readonly dialect: Dialect;
  /** What leases and expiries are written and judged by: the time that all replicas share. */
  readonly clock: DatabaseClock;
  /** How long a count waits for its row while another transaction holds it, in seconds: all that is counted there waits behind it. */
  readonly countWaitSeconds: number;
  readonly #connect: (options: PoolOptions) => Knex;
  readonly #logger: Logger;
  readonly #waits: WaitLimits;
  #probe: Knex | undefined;

  /** @param connect opens further pools: the probe's, and the migrations' */
  constructor(
    { sql, dialect, clock, waits = new WaitLimits(), countWaitSeconds = COUNT_WAIT_SECONDS }: DatabaseParts,
    connect: (options: PoolOptions) => Knex,
    logger: Logger,
  ) {
    this.sql = sql;
    this.dialect = dialect;
    this.clock = clock;
    this.countWaitSeconds = countWaitSeconds;
    this.#waits = waits;
    this.#connect = connect;
    this.#logger = logger;
  }

  /**
   * Runs `work` in one READ COMMITTED transaction. On a deadlock, a lock wait time-out or MariaDB's 1020 the whole
   * closure runs again, up to 5 times with jitter, so it must have no effect outside the transaction but through
   * `afterCommit`. On SQLite, where another process has written meanwhile, it does so for 5 seconds at least. A COMMIT whose reply was lost is not rerun: what it did is unknown.
   *
   * @throws what `work` throws, after the rollback
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    // A trace of its own would be one for each look of a sweeper, once a second.
    if (!runningSpan()) return this.#transaction(work);
    const attributes = { 'db.system.name': this.dialect };
    return traced('transaction', { attributes }, () => this.#transaction(work));
  }

  async #transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      const hooks: (() => void)[] = [];
      let result: T;
      try {
        result = await transact(this.sql, (sql) =>
          work({ sql, dialect: this.dialect, afterCommit: (hook) => void hooks.push(hook) }),
        );
      } catch (error) {
        // By tries as well: a process that stood still has used up the time, and has tried once.
        const spent = !isSnapshotLost(error) || performance.now() - began > SNAPSHOT_LOST_MS;
        const enough = spent && attempt >= TRANSACTION_TRIES;
        if (!isRetryable(error) || enough) throw error;
        this.#logger.debug('transaction runs again', { attempt, error });
        await new Promise((resolve) => setTimeout(resolve, backoffDelay(attempt, { baseMs: 10, ceilingMs: 200 })));
        continue;
      }
      for (const hook of hooks) hook();
      return result;
    }
  }

  /**
   * Looks at the database's clock again, for `clock`. On MySQL on a connection of its own, so that a busy pool does not make the
   * look inexact.
   */
  async readClock(): Promise<void> {
    const sql = this.dialect === 'mysql' ? this.#probeConnection() : this.sql;
    await this.clock.look(async () => {
      const answer = await sql.raw(TIME_STATEMENT[this.dialect]);
      const [row]: { now: number | string }[] = this.dialect === 'mysql' ? answer[0] : answer;
      return row?.now;
    });
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await this.sql.raw('SELECT 1');
  }

  /**
   * Throws when the database does not answer, cannot be written to, or lacks migrations. On a connection of its own: how busy
   * the pool is says nothing of the database.
   */
  async requireUsable(migrations: readonly Migration[]): Promise<void> {
    const probe = { sql: this.#probeConnection(), dialect: this.dialect };
    const pending = await pendingMigrations(probe, migrations);
    if (pending.length > 0) throw new Error(`the schema lacks ${pending.join(', ')}: run the "migrate" command`);
    // Changes no row, and is refused like any writing statement. SQLite would wait for its own process's writer.
    if (this.dialect === 'mysql') await probe.sql('migrations').where({ name: '' }).update({ name: '' });
  }

  /**
   * Brings the schema up to date under a lock, without a limit of time. Returns the names of the migrations that ran.
   *
   * @param watch is shown each statement before it is sent, on MySQL; what it throws is what ends the migration
   */
  async migrate(migrations: readonly Migration[], watch?: (query: Query) => void): Promise<string[]> {
    if (this.dialect === 'sqlite') return migrate(this, migrations);
    const sql = this.#connect(MIGRATIONS);
    if (watch) sql.on('query', watch);
    try {
      return await migrate({ sql, dialect: this.dialect }, migrations);
    } finally {
      await sql.destroy();
    }
  }

  /** The names of the migrations that have not run yet. */
  pendingMigrations(migrations: readonly Migration[]): Promise<string[]> {
    return pendingMigrations(this, migrations);
  }

  /**
   * For a process that stops: from now on no statement and no new connection is waited for longer than three seconds, nor those that are
   * under way. A database that has gone silent would otherwise use up the time that the process has, ten seconds for each statement.
   */
  hurry(): void {
    this.#waits.shorten(HURRIED_MS);
  }

  #probeConnection(): Knex {
    this.#probe ??= this.#connect(PROBE);
    return this.#probe;
  }

  async close(): Promise<void> {
    await Promise.all([this.sql.destroy(), this.#probe?.destroy()]);
  }
}

/**
 * Opens a database without connecting yet: the first statement does, and fails if it cannot.
 *
 * @param options.poolSize connections at most, on MySQL (default 10)
 * @param options.timeoutMs instead of every limit of time on MySQL, those of the probe and the migrations too (for a connection to be made,
 *   for one of the pool, for a statement): tests of what is right have more, as a machine that stands still for a while is not to blame for it
 * @param options.countWaitSeconds how long a count waits for its row on MariaDB (default 1), whole seconds; more in tests, too
 * @param options.reread the URL as it is now, for each new connection: a password may be replaced while the process runs
 * @throws ConfigError when the URL is not understood
 */
export function openDatabase(
  url: string,
  {
    logger,
    poolSize = 10,
    timeoutMs,
    countWaitSeconds,
    ...further
  }: { logger: Logger; poolSize?: number; timeoutMs?: number; countWaitSeconds?: number } & ConnectFurther,
): Database {
  const waits = new WaitLimits();
  const open = (options: PoolOptions, more: ConnectFurther) =>
    connect(url, timeoutMs === undefined ? options : patient(options, timeoutMs), logger, more);
  const limits = { connectMs: CONNECT_MS, statementMs: STATEMENT_MS, waits };
  const main = open({ size: poolSize, limits }, further);
  const again = { ...further, clock: main.clock };
  return new Database({ ...main, waits, countWaitSeconds }, (options) => open(options, again).sql, logger);
}

/** A limit that there is not stays away: a migration's statements take as long as they take. */
function patient({ size, limits }: PoolOptions, ms: number): PoolOptions {
  const statementMs = limits.statementMs === undefined ? undefined : ms;
  return { size, acquireMs: ms, limits: { ...limits, connectMs: ms, statementMs } };
}

import type { Knex } from 'knex';
import { backoffDelay } from './backoff.ts';
import { connect, type Dialect, isRetryable } from './database.ts';
import type { Logger } from './logger.ts';
import { type Migration, migrate, pendingMigrations } from './migrations.ts';

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

const TRANSACTION_TRIES = 5;

/** A pool of connections to one service's own database. */
export class Database implements Sql {
  readonly sql: Knex;
  readonly dialect: Dialect;
  readonly #logger: Logger;

  constructor(sql: Knex, dialect: Dialect, logger: Logger) {
    this.sql = sql;
    this.dialect = dialect;
    this.#logger = logger;
  }

  /**
   * Runs `work` in one READ COMMITTED transaction. On a deadlock, a lock wait time-out or MariaDB's 1020 the whole
   * closure runs again, up to 5 times with jitter, so it must have no effect outside the transaction but through
   * `afterCommit`. A COMMIT whose reply was lost is not rerun: what it did is unknown.
   *
   * @throws what `work` throws, after the rollback
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const hooks: (() => void)[] = [];
      let result: T;
      try {
        result = await this.sql.transaction((sql) =>
          work({ sql, dialect: this.dialect, afterCommit: (hook) => void hooks.push(hook) }),
        );
      } catch (error) {
        if (!isRetryable(error) || attempt === TRANSACTION_TRIES) throw error;
        this.#logger.debug('transaction runs again', { attempt, error });
        await new Promise((resolve) => setTimeout(resolve, backoffDelay(attempt, { baseMs: 10, ceilingMs: 200 })));
        continue;
      }
      for (const hook of hooks) hook();
      return result;
    }
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await this.sql.raw('SELECT 1');
  }

  /** Brings the schema up to date under a lock. Returns the names of the migrations that ran. */
  migrate(migrations: readonly Migration[]): Promise<string[]> {
    return migrate(this, migrations);
  }

  /** The names of the migrations that have not run yet. */
  pendingMigrations(migrations: readonly Migration[]): Promise<string[]> {
    return pendingMigrations(this, migrations);
  }

  async close(): Promise<void> {
    await this.sql.destroy();
  }
}

/**
 * Opens a database without connecting yet: the first statement does, and fails if it cannot.
 *
 * @param options.poolSize connections at most, on MySQL (default 10)
 * @throws ConfigError when the URL is not understood
 */
export function openDatabase(url: string, { logger, poolSize = 10 }: { logger: Logger; poolSize?: number }): Database {
  const { sql, dialect } = connect(url, poolSize, logger);
  return new Database(sql, dialect, logger);
}

import type { Knex } from 'knex';
import Dialect from 'knex/lib/dialects/mysql2/index.js';
import { type DatabaseClock, TIME_STATEMENT } from './database-clock.ts';
import {
  CommitOutcomeUnknown,
  DatabaseSilent,
  isRefusedCommit,
  isUnavailable,
  NoConnection,
} from './database-unavailable.ts';
import type { MysqlAddress } from './database-url.ts';
import { againWhereLost } from './lost-statement.ts';
import { requireMadeBefore } from './made-before.ts';
import { sessionSettings } from './mysql-session.ts';
import { StatementRunner } from './statement-runner.ts';
import { WaitLimits } from './wait-limits.ts';

/** The parts of mysql2's connection that are used here, and what knex and we note on it. */
interface Connection {
  __knex__disposed?: unknown;
  /** Of the transaction that it runs. */
  __knexTxId?: string;
  openedAt: number;
  stream: { destroy(): void };
  on(event: 'error', listener: (error: unknown) => void): void;
  connect(done: Done): void;
  query(sql: string, done: (error: unknown, rows?: unknown) => void): void;
  end(done: Done): void;
  destroy(): void;
}
type Done = (error: unknown) => void;
type Statement = string | { sql: string; response?: unknown };

export interface MysqlLimits {
  /** For one statement, in milliseconds. None for what is slow by nature (migrations). */
  statementMs?: number | undefined;
  /** For a connection to be made and set up, in milliseconds. */
  connectMs: number;
  /**
   * For migrations: a statement that makes what is there already, or removes what is gone, has been run before. MySQL commits
   * each by itself, so a migration that was killed half-way meets its own work.
   */
  passOverDone?: boolean;
  /** Shortens these while they count. */
  waits?: WaitLimits;
}

/** Table, column, index, primary key: there already; column or index, table: gone already. */
const DONE_BEFORE = new Set([1050, 1060, 1061, 1068, 1091, 1051]);

/** The server stops a statement this much earlier than we give up its connection, so that a slow one costs no connection. */
const SERVER_SHARE = 0.8;
const END_MS = 1_000;
/** What an address may have had before. */
const NO_EXTRAS = { ssl: undefined, socketPath: undefined };

/**
 * knex's dialect for mysql2 with a limit on everything that waits for the network. mysql2's own `timeout` leaves the
 * connection in use, and TCP takes many minutes to notice that a peer has gone without a word. A connection that ran out of time
 * or said that the database is unavailable is destroyed: after a failover the pool finds the new primary.
 */
export function mysqlClient(
  { statementMs, connectMs, passOverDone = false, waits = new WaitLimits() }: MysqlLimits,
  clock: DatabaseClock,
  address: () => MysqlAddress,
): typeof Knex.Client {
  const settings = sessionSettings(statementMs && statementMs * SERVER_SHARE);
  /** When a connection was last found silent: those that were opened before have probably lost their way as well. */
  let silentAt = 0;

  class MysqlClient extends Dialect {
    override async acquireRawConnection(): Promise<never> {
      const { driver } = this as unknown as { driver: { createConnection(settings: object): Connection } };
      const connection = driver.createConnection({ ...this.connectionSettings, ...NO_EXTRAS, ...address() });
      connection.openedAt = performance.now();
      connection.on('error', (error) => {
        connection.__knex__disposed = error;
      });
      try {
        // Each step by itself: far away, all of them together take longer than a probe may, and are worth keeping for the next.
        for (const step of stepsOf(connection, settings, clock)) await waits.within(connectMs, step());
      } catch (error) {
        drop(connection, error);
        throw new NoConnection(error);
      }
      return connection as never;
    }

    override async destroyRawConnection(raw: never): Promise<void> {
      const connection = raw as Connection;
      if (!connection.__knex__disposed && connection.openedAt >= silentAt) {
        await waits
          .within(
            END_MS,
            call((done) => connection.end(done)),
          )
          .catch(() => {});
      }
      drop(connection, connection.__knex__disposed ?? new Error('closed'));
    }

    override validateConnection(raw: never): boolean {
      return (raw as Connection).openedAt >= silentAt && super.validateConnection(raw);
    }

    override runner(builder: unknown): unknown {
      return new StatementRunner(this as unknown as Knex.Client, builder);
    }

    /** @throws what the database answers, with the statement before it and nothing of what is bound to it */
    override async query(raw: never, given: never): Promise<unknown> {
      const statement = typeof given === 'string' ? { sql: given as string } : (given as { sql: string });
      const { __knexTxId } = raw as Connection;
      (this as unknown as Knex.Client).emit('query', { __knexTxId, ...statement });
      try {
        return await this._query(raw, statement as never);
      } catch (error) {
        if (error instanceof Error) {
          error.message = `${statement.sql} - ${error.message}`;
          // The driver's stack begins at its socket; whoever awaits the statement is known here.
          Error.captureStackTrace(error);
        }
        throw error;
      }
    }

    override async _query(raw: never, given: never): Promise<unknown> {
      const [connection, statement] = [raw as Connection, given as Statement];
      const sql = typeof statement === 'string' ? statement : statement.sql;
      const rollback = /^ROLLBACK\b/i.test(sql);
      // A server rolls back what a lost connection had begun: the error that led here is the one to tell.
      const done = typeof statement === 'string' ? { sql, response: [] } : Object.assign(statement, { response: [] });
      if (connection.__knex__disposed) {
        if (rollback) return done;
        throw Object.assign(new Error('the connection has been lost', { cause: connection.__knex__disposed }), {
          code: 'PROTOCOL_CONNECTION_LOST',
        });
      }
      try {
        const run = () => waits.within(statementMs, super._query(raw, given));
        // Of a transaction it is the whole that has to run again: the server has rolled back what came before as well.
        return await (connection.__knexTxId ? run() : againWhereLost(run));
      } catch (error) {
        if (passOverDone && DONE_BEFORE.has((error as { errno?: number }).errno ?? 0)) {
          await requireMadeBefore(sql, (table) => columnsOf(connection, table));
          return done;
        }
        if (!rollback && !isUnavailable(error)) throw error;
        if (error instanceof DatabaseSilent) silentAt = performance.now();
        drop(connection, error);
        if (rollback) return done;
        if (/^COMMIT\b/i.test(sql) && !isRefusedCommit(error)) throw new CommitOutcomeUnknown(error);
        throw error;
      }
    }
  }
  // Its types of knex and those that it declares of the dialect disagree on what is asynchronous.
  return MysqlClient as unknown as typeof Knex.Client;
}

function stepsOf(
  connection: Connection,
  settings: readonly string[],
  clock: DatabaseClock,
): (() => Promise<unknown>)[] {
  return [
    () => call((done) => connection.connect(done)),
    ...settings.map((sql) => () => call((done) => connection.query(sql, done))),
    // By every new connection: a server that has taken over may have another time.
    () => clock.look(() => askTime(connection)),
  ];
}

async function askTime(connection: Connection): Promise<string | undefined> {
  const rows = await call((done) => connection.query(TIME_STATEMENT.mysql, done));
  return (rows as { now: string }[])[0]?.now;
}

async function columnsOf(connection: Connection, table: string): Promise<string[]> {
  const rows = await call((done) => connection.query(`SHOW COLUMNS FROM \`${table}\``, done));
  return (rows as { Field: string }[]).map(({ Field }) => Field);
}

function call(work: (done: (error: unknown, result?: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => work((error, result) => (error ? reject(error) : resolve(result))));
}

function drop(connection: Connection, error: unknown): void {
  connection.__knex__disposed = error;
  connection.destroy();
  // mysql2 only says good-bye, and a silent peer never answers it.
  connection.stream.destroy();
}

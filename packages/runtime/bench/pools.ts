import { createPool, type PoolConnection } from 'mysql2/promise';
import { type Database, MemoryLogger, openDatabase, readMysqlUrl } from '../src/index.ts';

/** What is asked of the server, in one way, through a pool of its own. */
interface BenchPool {
  /** A row by its key. */
  read(n: number): Promise<unknown>;
  /** BEGIN, INSERT, COMMIT. */
  write(n: number): Promise<unknown>;
  close(): Promise<void>;
}

const ROWS = 1_000;
const FIND = 'select * from `people` where `id` = ? limit ?';
const INSERT = 'insert into `notes` (`about`, `text`) values (?, ?)';
const TEXT = 'x'.repeat(200);

/** @param prepared reads by a statement that the server has prepared */
export function mysql2Pool(url: string, connections: number, prepared = false): BenchPool {
  const pool = createPool({ ...readMysqlUrl(url), connectionLimit: connections });
  const transaction = async (connection: PoolConnection, n: number) => {
    try {
      await connection.query('BEGIN');
      await connection.query(INSERT, [n, TEXT]);
      await connection.query('COMMIT');
    } finally {
      connection.release();
    }
  };
  return {
    read: (n) => (prepared ? pool.execute(FIND, [n % ROWS, 1]) : pool.query(FIND, [n % ROWS, 1])),
    write: async (n) => transaction(await pool.getConnection(), n),
    close: () => pool.end(),
  };
}

export function posternPool(url: string, connections: number): BenchPool {
  const database = openDatabase(url, { logger: new MemoryLogger(), poolSize: connections });
  return {
    read: async (n) =>
      database
        .sql('people')
        .where({ id: n % ROWS })
        .first(),
    write: (n) => database.transaction(async (tx) => tx.sql('notes').insert({ about: n, text: TEXT })),
    close: () => database.close(),
  };
}

/** The tables that the pools ask. */
export async function fillTables({ sql }: Database): Promise<void> {
  await sql.schema.createTable('people', (table) => {
    table.integer('id').primary();
    table.string('email');
    table.string('name');
  });
  await sql.schema.createTable('notes', (table) => {
    table.increments('id');
    table.integer('about');
    table.text('text');
  });
  const rows = Array.from({ length: ROWS }, (_, id) => ({ id, email: `person-${id}@example.com`, name: TEXT }));
  await sql('people').insert(rows);
}

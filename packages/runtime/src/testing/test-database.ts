import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../database/open-database.ts';
import { newId } from '../ids.ts';
import { MemoryLogger } from '../logging/logger.ts';

/** On a machine that stands still for half a minute a statement is late, and nothing else is wrong. */
const TIMEOUT_MS = 120_000;

export interface TestDatabase {
  url: string;
  database: Database;
  /** Ends the connections and removes the database. */
  close(): Promise<void>;
}

/**
 * A fresh, empty database of its own for a test: SQLite in a temporary folder or, when TEST_DATABASE_URL names a
 * MySQL or MariaDB server whose user may create databases, a new one there.
 *
 * @param name goes into the database's name, so that a left-over tells where it came from
 */
export async function testDatabase(name: string): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  return server ? onServer(server, name) : inFile(name);
}

async function onServer(server: string, name: string): Promise<TestDatabase> {
  const logger = new MemoryLogger();
  const databaseName = `postern_test_${name.replace(/\W/g, '_')}_${newId().replaceAll('-', '').slice(-12)}`;
  const admin = openDatabase(new URL('/information_schema', server).href, { logger, poolSize: 1 });
  try {
    await admin.sql.raw(`CREATE DATABASE ${databaseName} CHARACTER SET utf8mb4`);
  } finally {
    await admin.close();
  }
  const url = new URL(`/${databaseName}`, server).href;
  const database = openDatabase(url, { logger, timeoutMs: TIMEOUT_MS });
  return {
    url,
    database,
    close: async () => {
      await database.sql.raw(`DROP DATABASE ${databaseName}`);
      await database.close();
    },
  };
}

async function inFile(name: string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), `postern-test-${name}-`));
  const url = `sqlite:${join(folder, 'test.sqlite')}`;
  const database = openDatabase(url, { logger: new MemoryLogger() });
  return {
    url,
    database,
    close: async () => {
      await database.close();
      // A process that was killed may add a file meanwhile.
      await rm(folder, { recursive: true, maxRetries: 20 });
    },
  };
}

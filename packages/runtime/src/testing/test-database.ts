import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Migration } from '../database/migrations.ts';
import { type Database, openDatabase } from '../database/open-database.ts';
import { newId } from '../ids.ts';
import { MemoryLogger } from '../logging/logger.ts';

/** On a machine that stands still for half a minute a statement is late, and nothing else is wrong. */
const PATIENCE = { timeoutMs: 120_000, countWaitSeconds: 120 };
const FILE = 'test.sqlite';

/** Opens a database of a test once more: for what looks on from elsewhere, and not for what is tested of the time that a service waits. */
export function openPatiently(url: string, options: Partial<Parameters<typeof openDatabase>[1]> = {}): Database {
  return openDatabase(url, { logger: new MemoryLogger(), ...PATIENCE, ...options });
}

export interface TestDatabase {
  url: string;
  database: Database;
  /** Ends the connections and removes the database. */
  close(): Promise<void>;
}

/** SQLite's file after these migrations: tests open hundreds of databases, and a copy costs a tenth of the statements. */
const migratedFiles = new Map<readonly Migration[], Promise<Buffer>>();

/**
 * A fresh database of its own for a test: SQLite in a temporary folder or, when TEST_DATABASE_URL names a MySQL or MariaDB
 * server whose user may create databases, a new one there.
 *
 * @param name goes into the database's name, so that a left-over tells where it came from
 * @param migrations have run in it; without them it is empty
 */
export async function testDatabase(name: string, migrations?: readonly Migration[]): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) return inFile(name, migrations && (await migratedFile(migrations)));
  const test = await onServer(server, name);
  if (migrations) await test.database.migrate(migrations);
  return test;
}

async function onServer(server: string, name: string): Promise<TestDatabase> {
  const databaseName = `postern_test_${name.replace(/\W/g, '_')}_${newId().replaceAll('-', '').slice(-12)}`;
  const admin = openPatiently(new URL('/information_schema', server).href, { poolSize: 1 });
  try {
    await admin.sql.raw(`CREATE DATABASE ${databaseName} CHARACTER SET utf8mb4`);
  } finally {
    await admin.close();
  }
  const url = new URL(`/${databaseName}`, server).href;
  const database = openPatiently(url);
  return {
    url,
    database,
    close: async () => {
      await database.sql.raw(`DROP DATABASE ${databaseName}`);
      await database.close();
    },
  };
}

function migratedFile(migrations: readonly Migration[]): Promise<Buffer> {
  const made = migratedFiles.get(migrations) ?? makeFile(migrations);
  migratedFiles.set(migrations, made);
  return made;
}

async function makeFile(migrations: readonly Migration[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-test-migrated-'));
  try {
    const file = join(folder, FILE);
    const database = openDatabase(`sqlite:${file}`, { logger: new MemoryLogger() });
    await database.migrate(migrations).finally(() => database.close());
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function inFile(name: string, content?: Buffer): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), `postern-test-${name}-`));
  const file = join(folder, FILE);
  if (content) await writeFile(file, content);
  const url = `sqlite:${file}`;
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

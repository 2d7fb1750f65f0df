import type { Knex } from 'knex';
import { ConfigError } from '../configuration/env.ts';
import { errorMessage, serializeError } from '../text/errors.ts';
import { type Dialect, toDate } from './dialect.ts';
import type { Sql } from './open-database.ts';

/** One step of a schema, forward only. `name` sorts it (`0001-users`) and is its identity for ever. */
export interface Migration {
  name: string;
  up(knex: Knex, dialect: Dialect): Promise<void>;
}

const TABLE = 'migrations';
const OTHERS = 'names a database that is used for something else; give this service one of its own';
/** MySQL's and MariaDB's ER_BAD_FIELD_ERROR. */
const NO_SUCH_COLUMN = 1054;
/** The lock's name. MySQL refuses one of more than 64 characters, which a database's name may have by itself. */
const LOCK = "LEFT(CONCAT(DATABASE(), '.migrations'), 64)";
/** How long a second migrator waits for the first, in seconds. */
const LOCK_SECONDS = 120;

/**
 * Runs what has not run yet, in order. A lock keeps two migrators apart: MySQL's GET_LOCK on the connection that
 * migrates, on SQLite the write lock of one IMMEDIATE transaction. MySQL commits each statement by itself, and a migrator can be
 * killed between any two: what a step had made is passed over when it runs again (`passOverDone`), and rows are to be written so
 * that writing them twice does no harm.
 */
export async function migrate(database: Sql, migrations: readonly Migration[]): Promise<string[]> {
  const names = new Set(migrations.map(({ name }) => name));
  if (names.size !== migrations.length) throw new Error('two migrations have the same name');
  return database.dialect === 'mysql' ? migrateMysql(database, migrations) : migrateSqlite(database, migrations);
}

/** The names of the migrations that have not run; all of them on an empty database. */
export async function pendingMigrations({ sql }: Sql, migrations: readonly Migration[]): Promise<string[]> {
  const done = (await sql.schema.hasTable(TABLE)) ? await doneNames(sql) : new Set<string>();
  return migrations.filter(({ name }) => !done.has(name)).map(({ name }) => name);
}

async function migrateMysql({ sql, dialect }: Sql, migrations: readonly Migration[]): Promise<string[]> {
  // The lock belongs to a connection, and a transaction is how knex keeps one.
  return sql.transaction(async (lockHolder) => {
    const [rows] = await lockHolder.raw(`SELECT GET_LOCK(${LOCK}, ?) AS locked`, [LOCK_SECONDS]);
    if (rows[0]?.locked !== 1) throw new Error(`another migrator has held the lock for ${LOCK_SECONDS} s: try again`);
    try {
      return await runPending(sql, dialect, migrations);
    } finally {
      // A connection that is lost has let go of it, and its error must not hide what went wrong.
      await lockHolder.raw(`SELECT RELEASE_LOCK(${LOCK})`).catch(() => {});
    }
  });
}

async function migrateSqlite({ sql, dialect }: Sql, migrations: readonly Migration[]): Promise<string[]> {
  return sql.transaction(async (trx) => {
    // Takes the write lock before anything is read.
    await trx.raw(`CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(190) PRIMARY KEY, ran_at datetime NOT NULL)`);
    return runPending(trx, dialect, migrations);
  });
}

async function runPending(sql: Knex, dialect: Dialect, migrations: readonly Migration[]): Promise<string[]> {
  // Asked first: a user who may not create tables can run this when nothing is to be done.
  if (!(await sql.schema.hasTable(TABLE))) {
    const letters = dialect === 'mysql' ? ' DEFAULT CHARACTER SET utf8mb4' : '';
    await sql.raw(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (name varchar(190) PRIMARY KEY, ran_at datetime NOT NULL)${letters}`,
    );
  }
  const done = await doneNames(sql);
  const ran: string[] = [];
  for (const migration of migrations) {
    if (done.has(migration.name)) continue;
    try {
      await migration.up(sql, dialect);
      await sql(TABLE).insert({ name: migration.name, ran_at: new Date() });
    } catch (error) {
      throw new Error(`migration ${migration.name} failed: ${serializeError(error).message}`, { cause: error });
    }
    ran.push(migration.name);
  }
  return ran;
}

async function doneNames(sql: Knex): Promise<Set<string>> {
  return new Set((await ranMigrations(sql)).map(({ name }) => name));
}

/** @throws ConfigError where another program keeps its own list under this name, as Laravel does */
async function ranMigrations(sql: Knex): Promise<{ name: string; ran_at: unknown }[]> {
  try {
    return await sql(TABLE).orderBy('name').select('name', 'ran_at');
  } catch (error) {
    const { errno, code } = error as { errno?: number; code?: string };
    if (errno !== NO_SUCH_COLUMN && !(code === 'SQLITE_ERROR' && /no such column/.test(errorMessage(error))))
      throw error;
    throw new ConfigError([`the table "${TABLE}" is not ours: DATABASE_URL ${OTHERS}`]);
  }
}

/**
 * That the database is not another service's: one in which migrations ran, and none of these, would be made a mixture of both.
 *
 * @throws ConfigError
 */
export async function requireOwn({ sql }: Sql, migrations: readonly Migration[]): Promise<void> {
  const ran = (await sql.schema.hasTable(TABLE)) ? await ranMigrations(sql) : [];
  const [first] = ran;
  if (!first || ran.some(({ name }) => migrations.some((own) => own.name === name))) return;
  throw new ConfigError([`another service's migrations ran there (${first.name}): DATABASE_URL ${OTHERS}`]);
}

/** A migration, and when it ran; null while it has not. */
export interface MigrationState {
  name: string;
  ranAt: Date | null;
  /** The schema has it and this release does not know it: a newer one made it. */
  unknown: boolean;
}

/** Every migration of this release in its order, then those that only the schema knows. */
export async function migrationStates({ sql }: Sql, migrations: readonly Migration[]): Promise<MigrationState[]> {
  const rows = (await sql.schema.hasTable(TABLE)) ? await ranMigrations(sql) : [];
  const ranAt = new Map(rows.map(({ name, ran_at }) => [name, toDate(ran_at)]));
  const known = migrations.map(({ name }) => ({ name, ranAt: ranAt.get(name) ?? null, unknown: false }));
  const names = new Set(migrations.map(({ name }) => name));
  const others = rows.filter(({ name }) => !names.has(name));
  return [...known, ...others.map(({ name, ran_at }) => ({ name, ranAt: toDate(ran_at), unknown: true }))];
}

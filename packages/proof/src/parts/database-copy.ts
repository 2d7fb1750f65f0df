import { type Database, MemoryLogger, openDatabase } from '@postern/runtime';

/** A consistent copy of one database on its own server, to set it back to: what a backup is, without its tools. */
export class DatabaseCopy {
  readonly #server: string;
  readonly #name: string;
  readonly #tables: readonly string[];

  private constructor(server: string, name: string, tables: readonly string[]) {
    this.#server = server;
    this.#name = name;
    this.#tables = tables;
  }

  /** Copies all tables as they are at one moment, for which writers wait. @param server its URL, as an administrator */
  static make(server: string, name: string): Promise<DatabaseCopy> {
    return withServer(server, async ({ sql }) => {
      const [found] = await sql.raw('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?', [
        name,
      ]);
      const tables = (found as { name: string }[]).map((table) => table.name);
      const made = new DatabaseCopy(server, name, tables);
      await sql.raw(`CREATE DATABASE ${made.#copy} CHARACTER SET utf8mb4`);
      for (const table of tables) await sql.raw(`CREATE TABLE ${made.#copy}.${table} LIKE ${name}.${table}`);
      const locks = tables.flatMap((table) => [`${name}.${table} READ`, `${made.#copy}.${table} WRITE`]);
      await sql.raw(`LOCK TABLES ${locks.join(', ')}`);
      for (const table of tables) await sql.raw(`INSERT INTO ${made.#copy}.${table} SELECT * FROM ${name}.${table}`);
      await sql.raw('UNLOCK TABLES');
      return made;
    });
  }

  /** Everything since is gone. To be used once, and while no service uses the database. */
  restore(): Promise<void> {
    return withServer(this.#server, async ({ sql }) => {
      await sql.raw(`DROP DATABASE ${this.#name}`);
      await sql.raw(`CREATE DATABASE ${this.#name} CHARACTER SET utf8mb4`);
      for (const table of this.#tables) await sql.raw(`RENAME TABLE ${this.#copy}.${table} TO ${this.#name}.${table}`);
      await sql.raw(`DROP DATABASE ${this.#copy}`);
    });
  }

  /** Nobody needs it. */
  drop(): Promise<void> {
    return withServer(this.#server, async ({ sql }) => sql.raw(`DROP DATABASE ${this.#copy}`));
  }

  get #copy(): string {
    return `${this.#name}_copy`;
  }
}

/** On one connection, whose locks are its own. */
async function withServer<T>(server: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(`${server}/information_schema`, { logger: new MemoryLogger(), poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

import { createPool, type Pool, type PoolConnection } from 'mysql2/promise';
import { type Database, MemoryLogger, openDatabase, readMysqlUrl } from '../src/index.ts';
import { benchOptions, benchTable, measured, printTable, testDatabase } from '../src/testing/index.ts';

const about =
  'What a statement costs through knex and through mysql2 alone, in one run, on the server of TEST_DATABASE_URL.';
const options = benchOptions(about, {
  rounds: [9, 'measurements of each; they take turns', 1],
  statements: [12_000, 'statements a measurement', 300],
  atOnce: [20, 'statements at once, on ten connections'],
  quick: [false, 'short'],
  json: [false, 'one line of JSON a table'],
});

const CONNECTIONS = 10;
const ROWS = 1_000;
const FIND = 'select * from `people` where `id` = ? limit ?';
const INSERT = 'insert into `notes` (`about`, `text`) values (?, ?)';
const TEXT = 'x'.repeat(200);

async function measure(count: number, statement: (n: number) => Promise<unknown>) {
  const { cpuUs, perSecond } = await measured(count, options.atOnce, statement);
  return { 'CPU us': cpuUs, 'a second': perSecond };
}

async function withConnection(pool: Pool, work: (connection: PoolConnection) => Promise<void>): Promise<void> {
  const connection = await pool.getConnection();
  try {
    await connection.query('BEGIN');
    await work(connection);
    await connection.query('COMMIT');
  } finally {
    connection.release();
  }
}

async function fill({ sql }: Database): Promise<void> {
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

async function main(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) throw new Error('TEST_DATABASE_URL is not set: name a MariaDB or MySQL server');
  const { rounds, statements: count } = options;
  const test = await testDatabase('bench');
  const database = openDatabase(test.url, { logger: new MemoryLogger(), poolSize: CONNECTIONS });
  const pool = createPool({ ...readMysqlUrl(test.url), connectionLimit: CONNECTIONS });
  try {
    await fill(database);
    const reading = {
      title: 'A row by its key',
      rounds,
      contenders: {
        'mysql2, query': () => measure(count, (n) => pool.query(FIND, [n % ROWS, 1])),
        'mysql2, prepared': () => measure(count, (n) => pool.execute(FIND, [n % ROWS, 1])),
        'Postern, knex': () =>
          measure(count, async (n) =>
            database
              .sql('people')
              .where({ id: n % ROWS })
              .first(),
          ),
      },
    };
    const writing = {
      title: 'A transaction that inserts one row: BEGIN, INSERT, COMMIT',
      rounds,
      contenders: {
        'mysql2, query': () =>
          measure(count / 3, (n) => withConnection(pool, async (one) => void (await one.query(INSERT, [n, TEXT])))),
        'Postern, knex': () =>
          measure(count / 3, (n) =>
            database.transaction(async (tx) => tx.sql('notes').insert({ about: n, text: TEXT })),
          ),
      },
    };
    for (const plan of [reading, writing]) {
      const compared = { reference: 'mysql2, query', compared: 'CPU us' as const };
      printTable(await benchTable({ ...plan, ...compared }), options.json);
    }
  } finally {
    await pool.end();
    await database.close();
    await test.close();
  }
}

await main();

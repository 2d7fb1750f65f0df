import { benchOptions, benchTable, measured, printTable, testDatabase } from '../src/testing/index.ts';
import { fillTables, mysql2Pool, posternPool } from './pools.ts';

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

async function measure(count: number, statement: (n: number) => Promise<unknown>) {
  const { cpuUs, perSecond } = await measured(count, options.atOnce, statement);
  return { 'CPU us': cpuUs, 'a second': perSecond };
}

async function main(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) throw new Error('TEST_DATABASE_URL is not set: name a MariaDB or MySQL server');
  const { rounds, statements: count } = options;
  const test = await testDatabase('bench');
  const mysql2 = mysql2Pool(test.url, CONNECTIONS);
  const prepared = mysql2Pool(test.url, CONNECTIONS, true);
  const postern = posternPool(test.url, CONNECTIONS);
  try {
    await fillTables(test.database);
    const reading = {
      title: 'A row by its key',
      rounds,
      contenders: {
        'mysql2, query': () => measure(count, mysql2.read),
        'mysql2, prepared': () => measure(count, prepared.read),
        'Postern, knex': () => measure(count, postern.read),
      },
    };
    const writing = {
      title: 'A transaction that inserts one row: BEGIN, INSERT, COMMIT',
      rounds,
      contenders: {
        'mysql2, query': () => measure(count / 3, mysql2.write),
        'Postern, knex': () => measure(count / 3, postern.write),
      },
    };
    for (const plan of [reading, writing]) {
      const compared = { reference: 'mysql2, query', compared: 'CPU us' as const };
      printTable(await benchTable({ ...plan, ...compared }), options.json);
    }
  } finally {
    await Promise.all([mysql2, prepared, postern].map((pool) => pool.close()));
    await test.close();
  }
}

await main();

import { benchOptions, benchTable, measured, printTable, testDatabase } from '../src/testing/index.ts';
import { fillTables, mysql2Pool, posternPool } from './pools.ts';

const about = `What further connections are worth: statements and small transactions through pools of several sizes, by knex and by mysql2 alone, in one
run, on the server of TEST_DATABASE_URL.`;
const options = benchOptions(about, {
  connections: ['2,5,10,20,40', 'of the pools (2,5,10,20,40)', '2,10'],
  atOnce: ['20,100', 'statements at once, two tables for each number (20,100)'],
  rounds: [5, 'measurements of each; they take turns', 1],
  statements: [9_000, 'statements a measurement', 300],
  quick: [false, 'short'],
  json: [false, 'one line of JSON a table'],
});

/** What is set where nobody sets it. */
const DEFAULT_SIZE = 10;

const numbers = (list: string) => list.split(',').map(Number);

async function main(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) throw new Error('TEST_DATABASE_URL is not set: name a MariaDB or MySQL server');
  const { rounds, statements: count, json } = options;
  const sizes = numbers(options.connections);
  const compared = sizes.includes(DEFAULT_SIZE) ? DEFAULT_SIZE : sizes[0];
  const test = await testDatabase('bench');
  const pools = sizes.flatMap((size) => [
    { name: `mysql2, ${size} connections`, pool: mysql2Pool(test.url, size) },
    { name: `Postern, ${size} connections`, pool: posternPool(test.url, size) },
  ]);
  try {
    await fillTables(test.database);
    const print = async (title: string, what: 'read' | 'write', atOnce: number, times: number) => {
      const contenders = Object.fromEntries(
        pools.map(({ name, pool }) => [
          name,
          async () => {
            const { cpuUs, perSecond } = await measured(times, atOnce, pool[what]);
            return { 'a second': perSecond, 'CPU us': cpuUs };
          },
        ]),
      );
      const plan = { title: `${title}, ${atOnce} at once`, rounds, contenders };
      const reference = `Postern, ${compared} connections`;
      printTable(await benchTable({ ...plan, reference, compared: 'a second' }), json);
    };
    for (const atOnce of numbers(options.atOnce)) {
      await print('A row by its key', 'read', atOnce, count);
      await print('BEGIN, INSERT, COMMIT', 'write', atOnce, count / 3);
    }
  } finally {
    await Promise.all(pools.map(({ pool }) => pool.close()));
    await test.close();
  }
}

await main();

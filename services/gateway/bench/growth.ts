import { newId } from '@postern/runtime';
import { fillRows, medianMs, testDatabase } from '@postern/runtime/testing';
import { migrations } from '../migrations/index.ts';
import { SqlUserStore } from '../src/accounts/users/sql-user-store.ts';

/** How long what asks for people takes, by how many there are; one line of JSON. On the server of TEST_DATABASE_URL. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];

/** People, whose ids ascend as those of UUIDv7 do. */
const FILL = `INSERT INTO users (id, email, search_name, search_email, first_name, last_name, locale, password_hash, email_verified_at, created_at, updated_at)
  SELECT UNHEX(LPAD(HEX(n), 32, '0')), CONCAT('p', n, '@example.com'), 'ada lovelace', CONCAT('p', n, '@example.com'), 'Ada', 'Lovelace', 'en', REPEAT('x', 97), NOW(3), NOW(3), NOW(3)`;

const test = await testDatabase('growth');
try {
  const { database } = test;
  await database.migrate(migrations);
  const { sql } = database;
  const people = new SqlUserStore(database.clock);
  const series: Record<string, [number, number][]> = { 'find by address': [], 'add one': [], 'list a page': [] };
  let from = 0;
  for (const size of SIZES) {
    await fillRows(sql, FILL, { from, to: size });
    from = size;
    const any = () => `p${Math.floor(Math.random() * size)}@example.com`;
    const add = () => {
      const id = newId();
      const common = { firstName: 'Ada', lastName: 'Lovelace', mobileNumber: null, locale: 'en' };
      const person = { id, email: `${id}@example.com`, passwordHash: 'x'.repeat(97), ...common };
      return database.transaction((tx) => people.insertIfAbsent(tx, person));
    };
    series['find by address']?.push([size, await medianMs(() => people.byEmail(database, any()))]);
    series['add one']?.push([size, await medianMs(add)]);
    series['list a page']?.push([size, await medianMs(() => people.page(database, { limit: 50 }))]);
  }
  process.stdout.write(`${JSON.stringify({ title: 'People', x: 'people', y: 'ms', series })}\n`);
} finally {
  await test.close();
}

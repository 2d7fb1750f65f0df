import { expect, it } from 'vitest';
import { openPatiently } from './test-database.ts';

it("a test's database is waited for as long as a machine may stand still: for a connection to be made, too", async () => {
  const database = openPatiently('mysql://root@127.0.0.1:1/none');
  const { acquireConnectionTimeout, connection } = database.sql.client.config;
  expect(acquireConnectionTimeout).toBeGreaterThanOrEqual(120_000);
  expect(connection.connectTimeout).toBeGreaterThanOrEqual(120_000);
  await database.close();
});

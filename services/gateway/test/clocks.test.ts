import { toDate } from '@postern/runtime';
import { shiftedHost } from '@postern/runtime/testing';
import { expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { PATIENTLY, ProcessSuite, register } from './process-suite.ts';

const TEN_MINUTES = 600_000;
const suite = new ProcessSuite();

it("a gateway whose host is ten minutes ahead writes times by the database's clock, and reports what is wrong", async () => {
  await suite.db.database.migrate(migrations);
  const gateway = suite.start(shiftedHost(TEN_MINUTES));
  const { http = 0 } = await gateway.ready;
  expect(await register(http)).toMatchObject({ status: 201 });
  const { created_at } = await suite.db.database.sql('sign_ups').first('created_at');
  expect(Math.abs((toDate(created_at)?.getTime() ?? 0) - Date.now())).toBeLessThan(TEN_MINUTES / 2);
  await expect.poll(() => gateway.output, PATIENTLY).toContain("this host's clock and the database's differ");
});

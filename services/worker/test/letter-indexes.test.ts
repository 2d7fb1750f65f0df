import { testDatabase } from '@postern/runtime/testing';
import { deadLetter } from '@postern/sqs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { LetterRegister } from '../src/dead-letters/letter-register.ts';

// SQLite chooses by the indexes alone; what MariaDB chooses depends on its estimates of a few rows.
describe.skipIf(process.env.TEST_DATABASE_URL)('the register of dead letters', () => {
  let test: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    test = await testDatabase('letters', migrations);
    await new LetterRegister(test.database).died(deadLetter());
  });
  afterAll(() => test?.close());

  /** How the database reads the letters for each statement that `work` runs. */
  async function plans(work: (register: LetterRegister) => Promise<unknown>): Promise<string[]> {
    const { sql } = test.database;
    const ran: { sql: string; bindings: unknown[] }[] = [];
    const listener = (query: { sql: string; bindings: unknown[] }) => void ran.push(query);
    sql.on('query', listener);
    await work(new LetterRegister(test.database));
    sql.removeListener('query', listener);
    const found = ran.map(({ sql: text, bindings }) =>
      sql.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${text}`, bindings as string[]),
    );
    return (await Promise.all(found)).flat().flatMap(({ detail }) => (/dead_letters/.test(detail) ? [detail] : []));
  }

  it('counts and chooses letters of a type and reason out of an index, without reading their bodies', async () => {
    const filter = { type: 'mail.send', reason: 'invalid-data' };
    const read = await plans(async (register) => {
      await register.count('jobs', filter);
      await register.list('jobs', filter, { limit: 50 });
    });
    expect(read).toHaveLength(2);
    for (const plan of read) expect(plan).toMatch(/COVERING INDEX dead_letters_by_reason \(.*reason=\? AND type=\?\)/);
  });
});

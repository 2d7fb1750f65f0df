import type { Database } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { Ledger } from '../src/mail/delivery/ledger/ledger.ts';
import { mailWaits } from '../src/mail/delivery/ledger/mail-waits.ts';

// SQLite chooses by the indexes alone; what MariaDB chooses depends on its estimates of a few rows.
describe.skipIf(process.env.TEST_DATABASE_URL)('what waits in the ledger', () => {
  let test: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    test = await testDatabase('ledger', migrations);
  });
  afterAll(() => test?.close());

  const looks: [string, (ledger: Ledger, database: Database) => Promise<unknown>][] = [
    ['counted by state', (ledger) => ledger.pending()],
    ['asked for its longest wait', (ledger) => ledger.oldestDue()],
    ['counted by kind', (_, database) => mailWaits(database, {})],
  ];
  it.each(looks)('is %s out of an index: a million of mails must not be looked up row by row', async (_, look) => {
    const { database } = test;
    const ran: { sql: string; bindings: unknown[] }[] = [];
    const listener = (query: { sql: string; bindings: unknown[] }) => void ran.push(query);
    database.sql.on('query', listener);
    await look(new Ledger(database, database.clock, { leaseMs: 1_000 }), database);
    database.sql.removeListener('query', listener);
    const plans = ran.map(({ sql: text, bindings }) =>
      database.sql.raw<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${text}`, bindings as string[]),
    );
    const details = (await Promise.all(plans)).flat().flatMap(({ detail }) => (/\bmails\b/.test(detail) ? detail : []));
    expect(details).toEqual([expect.stringMatching(/USING COVERING INDEX mails_due/)]);
  });

  it('is counted up to a bound, those that are due first before the others', async () => {
    const { database } = test;
    const at = database.clock.now().getTime();
    const rows = Array.from({ length: 6 }, (_, n) => ({
      ...{ id: Buffer.alloc(16, n + 1), mail_key: `k${n}`, mail: 'verification', version: 1 },
      state: n < 3 ? 'queued' : n < 5 ? 'suppressed' : 'deferred',
      ...{ recipient_hash: Buffer.alloc(32), recipient_domain: 'example.com', payload: '{}' },
      due_at: new Date(at + n * 1_000),
      ...{ expires_at: new Date(at), created_at: new Date(at), changed_at: new Date(at) },
    }));
    await database.sql('mails').insert(rows);
    const ledger = new Ledger(database, database.clock, { leaseMs: 1_000 });
    expect(await ledger.pending(2)).toEqual(new Map([['queued', 2]]));
    const all = await ledger.pending();
    expect([...all].sort()).toEqual([
      ['deferred', 1],
      ['queued', 3],
    ]);
  });
});

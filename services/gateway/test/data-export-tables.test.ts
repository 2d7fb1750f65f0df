import { readFileSync } from 'node:fs';
import { bytesToId } from '@postern/runtime';
import { expect, it } from 'vitest';
import { DataExport } from '../src/accounts/privacy/data-export.ts';
import { adasPrincipal, context } from '../src/accounts/testing/fixtures.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

/** Asked first in the transaction of the export, so that it can be told from others. */
const MARK = 'SELECT 1 AS export_begins';

/** The gateway's tables of docs/data.md that hold personal data, each row's together, and whether the document calls them exported. */
function documented(): { tables: string[]; exported: boolean }[] {
  const rows = readFileSync(new URL('../../../docs/data.md', import.meta.url), 'utf8').matchAll(
    /^\| (`[^|]+) \| (?:gateway|both) \| ([^|]*\bpersonal\b[^|]*) \|/gm,
  );
  return [...rows].map(([, names = '', kind = '']) => ({
    tables: [...names.matchAll(/`(\w+)`/g)].map(([, table = '']) => table),
    exported: kind.includes('exported'),
  }));
}

it('the export reads the tables that docs/data.md calls exported, and no other with personal data', async () => {
  const gateway = await TestGateway.start();
  try {
    const { id: userId } = await signedIn(gateway);
    const [session] = await gateway.database.sql('sessions').select('id');
    const read = new Set<string>();
    // knex reports what others of this gateway ask meanwhile, too, such as the sweeper of the outbox.
    let own: string | undefined;
    const note = ({ sql, __knexTxId: transaction }: { sql: string; __knexTxId?: string }) => {
      if (sql === MARK) own = transaction;
      if (own === undefined || transaction !== own) return;
      for (const [, table = ''] of sql.matchAll(/(?:from|join) [`"](\w+)[`"]/gi)) read.add(table);
    };
    const principal = { ...adasPrincipal, userId, sessionId: bytesToId(session.id) };
    await gateway.database.transaction(async (tx) => {
      tx.sql.on('query', note);
      await tx.sql.raw(MARK);
      return gateway.container.get(DataExport).of(tx, principal, context);
    });
    const rows = documented();
    expect(rows.length).toBeGreaterThan(9);
    for (const { tables, exported } of rows) {
      expect([tables, tables.some((table) => read.has(table))]).toEqual([tables, exported]);
    }
  } finally {
    await gateway.close();
  }
});

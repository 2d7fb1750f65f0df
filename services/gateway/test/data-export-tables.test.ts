import { readFileSync } from 'node:fs';
import { bytesToId } from '@postern/runtime';
import { expect, it } from 'vitest';
import { DataExport } from '../src/accounts/privacy/data-export.ts';
import { adasPrincipal, context } from '../src/accounts/testing/fixtures.ts';
import { signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

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
    const note = ({ sql }: { sql: string }) => {
      for (const [, table = ''] of sql.matchAll(/(?:from|join) [`"](\w+)[`"]/gi)) read.add(table);
    };
    const principal = { ...adasPrincipal, userId, sessionId: bytesToId(session.id) };
    await gateway.database.transaction((tx) => {
      tx.sql.on('query', note);
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

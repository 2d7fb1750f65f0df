import type { Migration } from '../database/migrations.ts';
import type { Query } from '../database/open-database.ts';
import { testDatabase } from './test-database.ts';

const CHANGES = /^\s*(create|alter|drop|rename|insert|update|delete)\b/i;

class BrokenOff extends Error {}

/**
 * Migrates a database of TEST_DATABASE_URL, broken off after every statement that changes something: each run gets one
 * statement further than the one before. Returns how many runs were broken off, and the schema that came of it beside
 * that of an undisturbed run.
 */
export async function migrateBrokenOff(migrations: readonly Migration[]) {
  const [broken, whole] = [await testDatabase('broken_off'), await testDatabase('whole')];
  try {
    const seen = new Set<string>();
    let brokenOff = 0;
    for (let finished = false; !finished; ) {
      let wentFurther = false;
      const watch = ({ sql, bindings = [] }: Query) => {
        if (wentFurther) throw new BrokenOff('killed');
        if (!CHANGES.test(sql)) return;
        const statement = sql.includes('`migrations`') ? `${sql} ${bindings[0]}` : sql;
        wentFurther = !seen.has(statement);
        seen.add(statement);
      };
      try {
        await broken.database.migrate(migrations, watch);
        finished = true;
      } catch (error) {
        if (!(error instanceof BrokenOff) && !((error as Error).cause instanceof BrokenOff)) throw error;
        brokenOff += 1;
      }
    }
    await whole.database.migrate(migrations);
    return { brokenOff, schema: await schemaOf(broken), expected: await schemaOf(whole) };
  } finally {
    await Promise.all([broken.close(), whole.close()]);
  }
}

/** Columns and indexes, as the server describes them. */
async function schemaOf({ database: { sql } }: Awaited<ReturnType<typeof testDatabase>>): Promise<unknown[]> {
  const [columns] = await sql.raw(
    `SELECT table_name, column_name, column_type, is_nullable, column_default, collation_name
      FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2`,
  );
  const [indexes] = await sql.raw(
    `SELECT table_name, index_name, seq_in_index, column_name, non_unique
      FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, 3`,
  );
  return [...columns, ...indexes];
}

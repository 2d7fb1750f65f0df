import type { Sql } from '../database/open-database.ts';

/** The names of all tables of a database, sorted. */
export async function tablesOf({ sql, dialect }: Sql): Promise<string[]> {
  const query =
    dialect === 'mysql'
      ? sql('information_schema.tables').whereRaw('table_schema = DATABASE()').select({ name: 'table_name' })
      : sql('sqlite_master').where({ type: 'table' }).whereNot('name', 'like', 'sqlite_%').select('name');
  const tables: { name: string }[] = await query;
  return tables.map(({ name }) => name).sort();
}

import type { Sql } from '../database/open-database.ts';

/** The columns that a foreign key binds to a table, as `table.column`, sorted. */
export async function referencesTo(target: string, { sql, dialect }: Sql): Promise<string[]> {
  const query =
    dialect === 'mysql'
      ? sql('information_schema.key_column_usage')
          .whereRaw('table_schema = DATABASE()')
          .where({ referenced_table_name: target })
          .select({ table: 'table_name', column: 'column_name' })
      : sql
          .from(sql.raw('sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys'))
          .whereRaw("tables.type = 'table'")
          .where({ 'keys.table': target })
          .select({ table: 'tables.name', column: 'keys.from' });
  const found: { table: string; column: string }[] = await query;
  return found.map(({ table, column }) => `${table}.${column}`).sort();
}

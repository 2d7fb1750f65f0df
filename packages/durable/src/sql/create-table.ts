import type { Sql } from '@postern/runtime';
import type { Knex } from 'knex';

/**
 * Creates a table unless it is there; call it from a migration. MySQL commits the table and each of its indexes by itself: a
 * table that is there may lack indexes still, so every statement is sent, and the migrations pass over what was made before.
 */
export async function createTableIfMissing(
  { sql, dialect }: Sql,
  name: string,
  build: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  if (dialect === 'sqlite' && (await sql.schema.hasTable(name))) return;
  await sql.schema.createTable(name, build);
}

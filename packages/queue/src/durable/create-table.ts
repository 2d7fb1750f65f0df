import type { Knex } from 'knex';

/**
 * Creates a table unless it is there. MySQL commits every CREATE TABLE by itself, so a migration that failed half way
 * runs again over what it had made.
 */
export async function createTableIfMissing(
  knex: Knex,
  name: string,
  build: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  if (await knex.schema.hasTable(name)) return;
  await knex.schema.createTable(name, build);
}

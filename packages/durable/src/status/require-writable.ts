import type { Database } from '@postern/runtime';

/**
 * Changes no row, and is refused like any writing statement: of a database that became read-only everything that is read looks well.
 *
 * @throws the database's error
 */
export async function requireWritable({ sql }: Database): Promise<void> {
  await sql('outbox').where({ id: 0 }).update({ attempts: 0 });
}

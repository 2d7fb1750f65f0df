/** The table that a CREATE TABLE of knex's makes, and what it says of its columns. */
const CREATE_TABLE = /^create table `([^`]+)` \((.*)\)/is;
/** A column is named before its type; in `primary key (a, b)` no type follows. */
const COLUMN = /(?:^|, )`([^`]+)` [a-z]/gi;

/** A table of this name is there, and it is another one: a database that somebody else uses. */
class ForeignTable extends Error {
  override name = 'ForeignTable';

  constructor(table: string, missing: readonly string[]) {
    super(
      `there is a table "${table}" already that is not ours (without ${missing.join(', ')}): DATABASE_URL names a database that is used for something else; give this service one of its own`,
    );
  }
}

/**
 * That a table which a migration meets is its own, from a run that was killed: it has the columns that the statement would have made. One of the
 * same name that somebody else made must not be altered and written to as if it were ours.
 *
 * @param statement what the server answered with "there already"; any but a CREATE TABLE passes
 * @param columnsOf asks for the names of a table's columns
 * @throws ForeignTable
 */
export async function requireMadeBefore(
  statement: string,
  columnsOf: (table: string) => Promise<readonly string[]>,
): Promise<void> {
  const [, table, definition] = CREATE_TABLE.exec(statement) ?? [];
  if (table === undefined || definition === undefined) return;
  const there = new Set(await columnsOf(table));
  const missing = [...definition.matchAll(COLUMN)].map(([, name]) => name as string).filter((name) => !there.has(name));
  if (missing.length > 0) throw new ForeignTable(table, missing);
}

import { runtime } from './endpoint-request.ts';
import { type Field, typeFields } from './fields.ts';
import { type Names, tableOf } from './names.ts';
import type { Scaffold } from './scaffold.ts';

/** The port of a table whose rows are somebody's, what is behind it, and its fake. */
export function resourceStoreScaffolds({ file: room }: Names, table: Names, fields: readonly Field[]): Scaffold[] {
  const { file } = table;
  const folder = `services/gateway/src/${room}`;
  return [
    { file: `${folder}/${file}-store.ts`, text: port(table, fields) },
    { file: `${folder}/memory-${file}-store.ts`, text: fake(table) },
    { file: `${folder}/sql-${file}-store.ts`, text: sql(table, fields) },
  ];
}

function port(table: Names, fields: readonly Field[]): string {
  const { pascal } = table;
  return `import type { Transaction } from '${runtime}';

/** What its owner writes. */
export interface ${pascal}Fields {
  ${typeFields(fields)}
}

export interface New${pascal}Row extends ${pascal}Fields {
  id: string;
  /** Whose it is. */
  user_id: string;
}

export interface ${pascal}Row extends New${pascal}Row {
  created_at: string;
}

export type ${pascal}Changes = { [Name in keyof ${pascal}Fields]?: ${pascal}Fields[Name] | undefined };

/** Port: the table \`${tableOf(table)}\`. Nobody is given, changes or removes a row but its owner. */
export abstract class ${pascal}Store {
  abstract add(tx: Transaction, row: New${pascal}Row): Promise<${pascal}Row>;

  /** Newest first, those after a row by its id. */
  abstract page(tx: Transaction, owner: string, page: { after?: string | undefined; limit: number }): Promise<${pascal}Row[]>;

  /** Undefined where the owner has none of that id; so \`change\`. */
  abstract find(tx: Transaction, owner: string, id: string): Promise<${pascal}Row | undefined>;

  /** What is left out stays. */
  abstract change(tx: Transaction, owner: string, id: string, changes: ${pascal}Changes): Promise<${pascal}Row | undefined>;

  /** False where the owner has none of that id. */
  abstract remove(tx: Transaction, owner: string, id: string): Promise<boolean>;
}
`;
}

function fake({ file, pascal }: Names): string {
  return `import type { Transaction } from '${runtime}';
import { type New${pascal}Row, type ${pascal}Changes, type ${pascal}Row, ${pascal}Store } from './${file}-store.ts';

export class Memory${pascal}Store extends ${pascal}Store {
  readonly rows: ${pascal}Row[] = [];

  override async add(_tx: Transaction, row: New${pascal}Row): Promise<${pascal}Row> {
    const added = { ...row, created_at: '2026-01-31T10:00:00.000Z' };
    this.rows.push(added);
    return added;
  }

  override async page(_tx: Transaction, owner: string, { after, limit }: { after?: string | undefined; limit: number }): Promise<${pascal}Row[]> {
    const own = this.rows.filter(({ id, user_id }) => user_id === owner && (after === undefined || id < after));
    return own.sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  }

  override async find(_tx: Transaction, owner: string, id: string): Promise<${pascal}Row | undefined> {
    return this.rows.find((row) => row.id === id && row.user_id === owner);
  }

  override async change(tx: Transaction, owner: string, id: string, changes: ${pascal}Changes): Promise<${pascal}Row | undefined> {
    const row = await this.find(tx, owner, id);
    return row && Object.assign(row, changes);
  }

  override async remove(tx: Transaction, owner: string, id: string): Promise<boolean> {
    const row = await this.find(tx, owner, id);
    if (row) this.rows.splice(this.rows.indexOf(row), 1);
    return row !== undefined;
  }
}
`;
}

function sql(table: Names, fields: readonly Field[]): string {
  const { file, pascal } = table;
  const kept = fields.filter(({ shown }) => !shown).map(({ name }) => `${name}: row.${name}`);
  const shown = fields.flatMap(({ name, shown: show }) => (show ? [`${name}: ${show(`row.${name}`)}`] : []));
  const stored = fields.map(({ name, stored: store }) => {
    const value = `fields.${name}`;
    return `${name}: ${store ? `${value} && ${store(value)}` : value}`;
  });
  return `import { bytesToId, type Clock, idToBytes, type Transaction, toDate } from '${runtime}';
import { type New${pascal}Row, type ${pascal}Changes, type ${pascal}Fields, type ${pascal}Row, ${pascal}Store } from './${file}-store.ts';

export class Sql${pascal}Store extends ${pascal}Store {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async add(tx: Transaction, row: New${pascal}Row): Promise<${pascal}Row> {
    const { id, user_id } = row;
    await tx.sql('${tableOf(table)}').insert({ ...stored(row), id: idToBytes(id), user_id: idToBytes(user_id), created_at: this.#clock.now() });
    // As it is kept: what was sent may have been written otherwise, an id in capitals or a time without milliseconds.
    return (await this.find(tx, user_id, id)) as ${pascal}Row;
  }

  override async page(tx: Transaction, owner: string, { after, limit }: { after?: string | undefined; limit: number }): Promise<${pascal}Row[]> {
    const query = tx.sql('${tableOf(table)}').where({ user_id: idToBytes(owner) }).orderBy('id', 'desc').limit(limit);
    if (after !== undefined) query.where('id', '<', idToBytes(after));
    return (await query).map(read);
  }

  override async find(tx: Transaction, owner: string, id: string): Promise<${pascal}Row | undefined> {
    const row = await of(tx, owner, id).first();
    return row && read(row);
  }

  override async change(tx: Transaction, owner: string, id: string, changes: ${pascal}Changes): Promise<${pascal}Row | undefined> {
    await of(tx, owner, id).update(stored(changes));
    return this.find(tx, owner, id);
  }

  override async remove(tx: Transaction, owner: string, id: string): Promise<boolean> {
    return (await of(tx, owner, id).delete()) > 0;
  }
}

/** The row of that id, where it is its owner's. */
function of({ sql }: Transaction, owner: string, id: string) {
  return sql('${tableOf(table)}').where({ id: idToBytes(id), user_id: idToBytes(owner) });
}

/** Each column by its name: what a request has besides is none. */
function stored(fields: ${pascal}Changes): Record<keyof ${pascal}Fields, unknown> {
  return { ${stored.join(', ')} };
}

// biome-ignore lint/suspicious/noExplicitAny: a row as knex gives it.
function read(row: any): ${pascal}Row {
  return { id: bytesToId(row.id), user_id: bytesToId(row.user_id), ${[...kept, ...shown, 'created_at: iso(row.created_at)'].join(', ')} };
}

function iso(stored: unknown): string {
  return (toDate(stored) as Date).toISOString();
}
`;
}

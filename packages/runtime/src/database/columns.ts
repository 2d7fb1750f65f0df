import { bytesToId, idToBytes, toDate } from './dialect.ts';

/** A column of a table: its name, and what its values are outside the database. */
export interface Column<Value> {
  name: string;
  read: (stored: unknown) => Value;
  store: (value: Value) => unknown;
}

/** Columns by the fields of a record; tables that have them in common share these. */
export type ColumnsOf<Fields> = { [Name in keyof Fields]-?: Column<Fields[Name]> };

/** The columns of a table by the fields of a record: a row is read as a record, and a record is stored as a row. */
export class Columns<Fields extends object> {
  readonly #columns: [field: string, column: Column<unknown>][];

  constructor(columns: ColumnsOf<Fields>) {
    this.#columns = Object.entries(columns);
  }

  /** What a statement selects that reads nothing else. */
  get names(): string[] {
    return this.#columns.map(([, { name }]) => name);
  }

  /** @param row may have further columns */
  readonly read = (row: object): Fields => {
    const stored = row as Record<string, unknown>;
    // With each request that is signed in: `Object.fromEntries` takes twice as long.
    const record: Record<string, unknown> = {};
    for (const [field, { name, read }] of this.#columns) record[field] = read(stored[name]);
    return record as Fields;
  };

  readonly store = (record: Fields): Record<string, unknown> => {
    const values = record as Record<string, unknown>;
    const row: Record<string, unknown> = {};
    for (const [field, { name, store }] of this.#columns) row[name] = store(values[field]);
    return row;
  };
}

/** The kinds of columns, each made by its name. */
export const column = {
  /** Numbers, texts and bytes, which are outside as they are stored. */
  value: <Value>(name: string): Column<Value> => ({
    name,
    read: (stored) => stored as Value,
    store: (value) => value,
  }),
  /** NULL where the record has nothing. */
  valueOrUndefined: <Value>(name: string): Column<Value | undefined> => orUndefined(column.value<Value>(name)),
  /** A UUID, in a column of `idColumn`. */
  id: (name: string): Column<string> => ({
    name,
    read: (stored) => bytesToId(stored as Uint8Array),
    store: idToBytes,
  }),
  idOrNull: (name: string): Column<string | null> => orNull(column.id(name)),
  /** A time, in a column of `timeColumn`. */
  time: (name: string): Column<Date> => ({
    name,
    read: (stored) => toDate(stored) as Date,
    store: (at) => at,
  }),
  timeOrNull: (name: string): Column<Date | null> => orNull(column.time(name)),
  timeOrUndefined: (name: string): Column<Date | undefined> => orUndefined(column.time(name)),
};

function orNull<Value>({ name, read, store }: Column<Value>): Column<Value | null> {
  return {
    name,
    read: (stored) => (stored === null ? null : read(stored)),
    store: (value) => (value === null ? null : store(value)),
  };
}

function orUndefined<Value>({ name, read, store }: Column<Value>): Column<Value | undefined> {
  return {
    name,
    read: (stored) => (stored === null ? undefined : read(stored)),
    store: (value) => (value === undefined ? null : store(value)),
  };
}

import { expect, it } from 'vitest';
import { Columns, column } from './columns.ts';

interface Visit {
  id: string;
  host: string | null;
  guest: string | null;
  words: string | undefined;
  beganAt: Date;
  endedAt: Date | null;
  rang: Date | undefined;
}

const visits = new Columns<Visit>({
  id: column.id('id'),
  host: column.idOrNull('host_id'),
  guest: column.value('guest'),
  words: column.valueOrUndefined('words'),
  beganAt: column.time('began_at'),
  endedAt: column.timeOrNull('ended_at'),
  rang: column.timeOrUndefined('rang_at'),
});

const id = '0197a1c2-0000-7000-8000-000000000001';
const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
const at = new Date('2026-01-31T10:00:00.123Z');

const full: Visit = { id, host: id, guest: 'Ada', words: 'hello', beganAt: at, endedAt: at, rang: at };
const fullRow = {
  ...{ id: bytes, host_id: bytes, guest: 'Ada', words: 'hello' },
  ...{ began_at: at, ended_at: at, rang_at: at },
};
const bare: Visit = {
  ...{ id, host: null, guest: null, words: undefined },
  ...{ beganAt: at, endedAt: null, rang: undefined },
};
const bareRow = {
  ...{ id: bytes, host_id: null, guest: null, words: null },
  ...{ began_at: at, ended_at: null, rang_at: null },
};

it('stores each field of a record in its column', () => {
  expect(visits.store(full)).toEqual(fullRow);
  expect(visits.store(bare)).toEqual(bareRow);
});

it('reads a row as the record that was stored, without the columns that are not its own', () => {
  expect(visits.read({ ...fullRow, password: 'secret' })).toEqual(full);
  expect(visits.read(bareRow)).toEqual(bare);
});

it('reads the times of SQLite, which are numbers', () => {
  expect(visits.read({ ...fullRow, began_at: at.getTime(), ended_at: at.getTime() })).toEqual(full);
});

it('names what a statement has to select', () => {
  expect(visits.names).toEqual(Object.keys(fullRow));
});

import { describe, expect, it } from 'vitest';
import { isDataError } from './data-errors.ts';

const error = (facts: { code?: string; sqlState?: string }) => Object.assign(new Error('refused'), facts);

describe('an error of a value', () => {
  it.each([
    ['too long', error({ code: 'ER_DATA_TOO_LONG', sqlState: '22001' })],
    ['not of the character set', error({ code: 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', sqlState: 'HY000' })],
    ['null', error({ code: 'ER_BAD_NULL_ERROR', sqlState: '23000' })],
    ['there already', error({ code: 'ER_DUP_ENTRY', sqlState: '23000' })],
    ['larger than a packet', error({ code: 'ER_NET_PACKET_TOO_LARGE', sqlState: '08S01' })],
    ['null, on SQLite', error({ code: 'SQLITE_CONSTRAINT_NOTNULL' })],
  ])('is reported by its code: %s', (_what, thrown) => {
    expect(isDataError(thrown)).toBe(true);
  });

  it.each([
    ['a lost connection', error({ code: 'PROTOCOL_CONNECTION_LOST' })],
    ['a deadlock', error({ code: 'ER_LOCK_DEADLOCK', sqlState: '40001' })],
    ['a server that is read-only', error({ code: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' })],
    ['a missing table', error({ code: 'ER_NO_SUCH_TABLE', sqlState: '42S02' })],
    ['a busy file', error({ code: 'SQLITE_BUSY' })],
    ['an error of the program', new TypeError('x is not a function')],
    ['no error', undefined],
  ])('is not: %s', (_what, thrown) => {
    expect(isDataError(thrown)).toBe(false);
  });
});

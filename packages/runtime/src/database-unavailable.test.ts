import { describe, expect, it } from 'vitest';
import { CommitOutcomeUnknown, DatabaseSilent, isUnavailable } from './database-unavailable.ts';

const said = (errno: number, message = '') => Object.assign(new Error(message), { errno, code: 'ER_SOMETHING' });

describe('the database is unavailable', () => {
  it.each([
    ['read-only', [1290, 1792, 1836, 1036]],
    ['shutting down', [1053, 1077, 1079]],
    ['killed or out of time', [1317, 1927, 3024, 1969, 4031]],
    ['over a limit of connections', [1040, 1203]],
    ['full', [1021, 1114]],
  ])('when it says that it, or the connection, is %s', (_what, numbers) => {
    expect(numbers.filter((errno) => !isUnavailable(said(errno)))).toEqual([]);
  });

  it('when a storage engine found no space', () => {
    expect(isUnavailable(said(1030, 'Got error 28 "No space left on device" from storage engine InnoDB'))).toBe(true);
    expect(isUnavailable(said(3, 'Error writing file (Errcode: 28 "No space left on device")'))).toBe(true);
    expect(isUnavailable(said(1030, 'Got error 128 from storage engine'))).toBe(false);
  });

  it.each(['ECONNRESET', 'EHOSTUNREACH', 'PROTOCOL_CONNECTION_LOST', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE'])(
    'when the driver says %s',
    (code) => expect(isUnavailable(Object.assign(new Error(), { code }))).toBe(true),
  );

  it('when it is silent, and when no connection of the pool became free', () => {
    expect(isUnavailable(new DatabaseSilent(10))).toBe(true);
    expect(isUnavailable(Object.assign(new Error(), { name: 'KnexTimeoutError' }))).toBe(true);
  });

  it('and not when it refused a statement, or when what a COMMIT did is unknown', () => {
    expect([1062, 1064, 1146, 1213, 1406].filter((errno) => isUnavailable(said(errno)))).toEqual([]);
    expect(isUnavailable(new CommitOutcomeUnknown(new DatabaseSilent(10)))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { connectionRefusal } from './connection-refusal.ts';
import { CommitOutcomeUnknown, DatabaseSilent, isUnavailable, NoConnection } from './database-unavailable.ts';

const said = (errno: number, message = '') => Object.assign(new Error(message), { errno, code: 'ER_SOMETHING' });

describe('the database is unavailable', () => {
  it.each([
    ['read-only', [1290, 1792, 1836, 1036, 1874]],
    ['shutting down or offline', [1053, 1077, 1079, 3032, 3168]],
    ['killed or out of time', [1317, 1927, 3024, 1969, 4031, 3169]],
    ['over a limit', [1040, 1203, 1226, 1129, 1637, 1206]],
    ['out of room', [1021, 3675, 1114, 1037, 1038, 1041, 1135, 1878]],
    ['not part of its cluster', [1047, 3100]],
    ['cut off by the network', [1158, 1159, 1160, 1161]],
    ['lost behind a proxy', [2002, 2003, 2006, 2012, 2013, 2026, 2055, 9001]],
  ])('when it reports that it, or the connection, is %s', (_what, numbers) => {
    expect(numbers.filter((errno) => !isUnavailable(said(errno)))).toEqual([]);
  });

  it('when a storage engine found no space', () => {
    expect(isUnavailable(said(1030, 'Got error 28 "No space left on device" from storage engine InnoDB'))).toBe(true);
    expect(isUnavailable(said(3, 'Error writing file (Errcode: 28 "No space left on device")'))).toBe(true);
    expect(isUnavailable(said(1016, "Can't open file: './a/b.ibd' (errno: 24 - Too many open files)"))).toBe(true);
    expect(isUnavailable(said(1030, 'Got error 128 from storage engine'))).toBe(false);
    expect(isUnavailable(said(1030, 'Got error 240 from storage engine'))).toBe(false);
  });

  it.each(['ECONNRESET', 'EHOSTUNREACH', 'PROTOCOL_CONNECTION_LOST', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE'])(
    'when the driver says %s',
    (code) => expect(isUnavailable(Object.assign(new Error(), { code }))).toBe(true),
  );

  it.each(['ERR_SSL_WRONG_VERSION_NUMBER', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR', 'EMFILE', 'SQLITE_CORRUPT'])(
    'when the driver says %s',
    (code) => expect(isUnavailable(Object.assign(new Error(), { code }))).toBe(true),
  );

  it('when no connection can be made, whatever the reason', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const reasons = [
      Object.assign(new Error('no such socket'), { code: 'ENOENT' }),
      Object.assign(new AggregateError([refused, refused], ''), { code: 'ECONNREFUSED' }),
      Object.assign(new Error('Access denied'), { errno: 1045 }),
    ];
    expect(reasons.map((reason) => isUnavailable(new NoConnection(reason)))).toEqual([true, true, true]);
    expect(new NoConnection(reasons[1]).message).toBe('no connection to the database: refused; refused');
  });

  it('when an error ended the connection, or has the SQLSTATE of that', () => {
    expect(isUnavailable(Object.assign(new Error('closed state'), { fatal: true }))).toBe(true);
    expect(isUnavailable(Object.assign(said(9001), { sqlState: '08S01' }))).toBe(true);
    expect(isUnavailable(Object.assign(said(1153), { sqlState: '08S01' }))).toBe(false);
  });

  it('when it is silent, and when no connection of the pool became free', () => {
    expect(isUnavailable(new DatabaseSilent(10))).toBe(true);
    expect(isUnavailable(Object.assign(new Error(), { name: 'KnexTimeoutError' }))).toBe(true);
  });

  it('and not when it refused a statement, or when what a COMMIT did is unknown', () => {
    expect([1062, 1064, 1146, 1213, 1406].filter((errno) => isUnavailable(said(errno)))).toEqual([]);
    expect(isUnavailable(new CommitOutcomeUnknown(new DatabaseSilent(10)))).toBe(false);
  });
});

describe('a server that does not let us in', () => {
  const refusal = (fields: object, message = 'why') =>
    connectionRefusal(new NoConnection(Object.assign(new Error(message), fields)))?.problems;

  it.each([[1045], [1044], [1698], [1130], [3118], [1862]])('is reported as an error in DATABASE_URL (%i)', (errno) => {
    expect(refusal({ errno })).toEqual(['DATABASE_URL: the server refuses its user or password: why']);
  });

  it('is reported when TLS does not come about', () => {
    const told = ['DATABASE_URL: no encrypted connection as it asks for: why'];
    expect(refusal({ code: 'HANDSHAKE_NO_SSL_SUPPORT' })).toEqual(told);
    expect(refusal({ code: 'HANDSHAKE_SSL_ERROR' })).toEqual(told);
  });

  it('is reported as well of an SQLite file that cannot be used', () => {
    const told = (error: Error) => connectionRefusal(error)?.problems[0];
    const unusable = 'DATABASE_URL: the SQLite file cannot be used: why';
    expect(told(Object.assign(new Error('why'), { code: 'SQLITE_CANTOPEN' }))).toBe(unusable);
    expect(told(Object.assign(new Error('why'), { code: 'SQLITE_NOTADB' }))).toBe(unusable);
    expect(told(new TypeError('Cannot open database because the directory does not exist'))).toContain('the directory');
  });

  it('is another thing than one that is away, starting or without the database yet', () => {
    expect(refusal({ code: 'ECONNREFUSED' })).toBeUndefined();
    expect(refusal({ errno: 1049 })).toBeUndefined();
    expect(refusal({ errno: 1040 })).toBeUndefined();
    expect(refusal({ code: 'HANDSHAKE_SSL_ERROR' }, 'socket disconnected before secure TLS')).toBeUndefined();
    expect(connectionRefusal(said(1045))).toBeUndefined();
  });
});

import { errorMessage } from '../text/errors.ts';

/** What Node and mysql2 say when a connection is lost or cannot be made, and SQLite when its file cannot be used. */
const CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EADDRNOTAVAIL'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ENETRESET', 'ENOTCONN', 'EMFILE', 'ENFILE', 'ENOBUFS'],
  ...['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_NOMEM', 'SQLITE_PROTOCOL'],
  ...['SQLITE_CORRUPT', 'SQLITE_NOTADB'],
]);
/** The driver's own words on a connection that is of no use any more, and OpenSSL's on an encrypted one. */
const CODES_OF_KIND = /^(PROTOCOL_|ERR_STREAM_|ERR_SSL_|ERR_TLS_|HANDSHAKE_)/;

/**
 * Error numbers of MySQL 8 ("Server Error Message Reference") and MariaDB ("Error Codes"): the server answers, and cannot do the
 * work of anybody, or of this connection.
 */
const READ_ONLY = [1290, 1792, 1836, 1036, 1874];
const SHUTTING_DOWN = [1053, 1077, 1079, 1047, 3032, 3168];
const KILLED_OR_OUT_OF_TIME = [1317, 1927, 3024, 1969, 4031, 3169, 1152, 1184];
const TOO_MANY = [1040, 1203, 1226, 1129, 1637, 1206];
/** Disk, memory, threads, file handles; 20 and 5 are the file layer's own (`EE_DISK_FULL`, `EE_OUTOFMEMORY`). */
const NO_ROOM = [1021, 3675, 1114, 1037, 1038, 1041, 1135, 1878, 20, 5];
/** A cluster that has no quorum, or whose member is not in it yet (1047 as well). */
const CLUSTER = [3100, 1180];
const NETWORK = [1158, 1159, 1160, 1161, 1154, 1155, 1156, 1157, 1042, 1043];
/**
 * What a proxy tells its client of the connection that it has, or cannot have, to the server: a client's own numbers (MySQL 8, "Client Error
 * Message Reference"), and ProxySQL's 9001.
 */
const BEHIND_A_PROXY = [2002, 2003, 2006, 2012, 2013, 2026, 2055, 9001];
const SERVER_NUMBERS = new Set([
  ...[...READ_ONLY, ...SHUTTING_DOWN, ...KILLED_OR_OUT_OF_TIME, ...TOO_MANY],
  ...[...NO_ROOM, ...CLUSTER, ...NETWORK, ...BEHIND_A_PROXY],
]);
/** A COMMIT that is refused with one of these has done nothing. */
const REFUSED = new Set(READ_ONLY);
/** What the system said within a storage engine's error (1030, 1026, 3 and others): no space, quota, no memory, handles, I/O. */
const SYSTEM_ERROR = /\b(errno|error|errcode)\b:? "?(28|122|12|23|24|5|30)\b(?!\d)/i;
/** A statement of ours that is too large, in the class of broken connections (SQLSTATE 08). */
const PACKET_TOO_LARGE = 1153;

/**
 * A COMMIT was sent, and no answer came: the transaction may have happened or not. It is never run again blindly.
 * `cause` is what ended the connection.
 */
export class CommitOutcomeUnknown extends Error {
  override name = 'CommitOutcomeUnknown';

  constructor(cause: unknown) {
    super('the connection was lost before the COMMIT was answered: the transaction may have happened or not', {
      cause,
    });
  }
}

/** A statement took longer than the client's own limit: the network or the server has gone silent. */
export class DatabaseSilent extends Error {
  override name = 'DatabaseSilent';
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`the database gave no answer in ${limitMs} ms`);
  }
}

/** Too many statements wait for a connection already: one more would only be late. */
export class DatabaseBusy extends Error {
  override name = 'DatabaseBusy';

  constructor(waiting: number) {
    super(`${waiting} statements wait for a connection to the database already`);
  }
}

/** No connection could be made, whatever the reason (`cause`): nothing was done. `code` and `errno` are the reason's. */
export class NoConnection extends Error {
  override name = 'NoConnection';
  readonly code: unknown;
  readonly errno: unknown;

  constructor(cause: unknown) {
    super(`no connection to the database: ${errorMessage(cause)}`, { cause });
    const { code, errno } = (cause ?? {}) as { code?: unknown; errno?: unknown };
    this.code = code;
    this.errno = errno;
  }
}

/**
 * Whether the database cannot do its work at the moment (unreachable, read-only, shutting down, full, over a limit), as opposed
 * to having refused a statement. The connection that said so is not used again.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof CommitOutcomeUnknown) return false;
  if (error instanceof NoConnection || error instanceof DatabaseBusy) return true;
  if (error instanceof AggregateError) return error.errors.some((part) => isUnavailable(part));
  const { name, code, errno, sqlState, fatal, message } = (error ?? {}) as Record<string, unknown>;
  if (name === 'KnexTimeoutError' || fatal === true) return true;
  if (typeof code === 'string') {
    if (CODES.has(code.replace(/^(SQLITE_[A-Z]+)_.*$/, '$1')) || CODES_OF_KIND.test(code)) return true;
  }
  if (typeof errno !== 'number') return false;
  if (SERVER_NUMBERS.has(errno) || (typeof message === 'string' && SYSTEM_ERROR.test(message))) return true;
  // The class "connection exception" of the standard.
  return typeof sqlState === 'string' && sqlState.startsWith('08') && errno !== PACKET_TOO_LARGE;
}

/** Whether a COMMIT that ended so has certainly done nothing. */
export function isRefusedCommit(error: unknown): boolean {
  return REFUSED.has((error as { errno?: number }).errno ?? 0);
}

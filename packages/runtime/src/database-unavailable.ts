/** What Node and mysql2 say when there is no connection, or none any more. */
const CONNECTION_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'EADDRNOTAVAIL'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'],
  ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'PROTOCOL_PACKETS_OUT_OF_ORDER'],
  ...['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_CANTOPEN'],
]);

/** Error numbers of MySQL 8 and MariaDB: the server answers, and cannot do the work of anybody, or of this connection. */
const READ_ONLY = [1290, 1792, 1836, 1036];
const SHUTTING_DOWN = [1053, 1077, 1079, 1047, 3032];
const KILLED_OR_OUT_OF_TIME = [1317, 1927, 3024, 1969, 4031];
const TOO_MANY_CONNECTIONS = [1040, 1203, 1226, 1129];
const NO_ROOM = [1021, 1114, 1037, 1041];
const NETWORK = [1158, 1159, 1160, 1161];
const SERVER_NUMBERS = new Set([
  ...[...READ_ONLY, ...SHUTTING_DOWN, ...KILLED_OR_OUT_OF_TIME],
  ...[...TOO_MANY_CONNECTIONS, ...NO_ROOM, ...NETWORK],
]);
/** A COMMIT that is refused with one of these has done nothing. */
const REFUSED = new Set(READ_ONLY);
/** The file system's ENOSPC within a storage engine's error (1030, 1026, 3 and others). */
const NO_SPACE = /\b(errno|error|errcode)\b:? "?28\b/i;

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

/**
 * Whether the database cannot do its work at the moment (unreachable, read-only, shutting down, full, over a limit), as opposed
 * to having refused a statement. The connection that said so is not used again.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some((part) => isUnavailable(part));
  if (error instanceof CommitOutcomeUnknown) return false;
  const { name, code, errno, message } = (error ?? {}) as Partial<
    Record<'name' | 'code' | 'errno' | 'message', unknown>
  >;
  if (name === 'KnexTimeoutError') return true;
  if (typeof code === 'string' && CONNECTION_CODES.has(code.replace(/^(SQLITE_[A-Z]+)_.*$/, '$1'))) return true;
  if (typeof errno !== 'number') return false;
  return SERVER_NUMBERS.has(errno) || (typeof message === 'string' && NO_SPACE.test(message));
}

/** Whether a COMMIT that ended so has certainly done nothing. */
export function isRefusedCommit(error: unknown): boolean {
  return REFUSED.has((error as { errno?: number }).errno ?? 0);
}

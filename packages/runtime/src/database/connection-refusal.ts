import { ConfigError } from '../configuration/env.ts';
import { errorMessage } from '../text/errors.ts';
import { NoConnection } from './database-unavailable.ts';

/** Access denied (to the server, to its database, by this way of signing in), account locked, password expired, host not let in. */
const REFUSED = new Set([1045, 1044, 1698, 1251, 1524, 3118, 1820, 1862, 1130, 3159]);
/** What mysql2 says of TLS that did not come about: none on the server, or a certificate that is not the expected one. */
const NO_TLS = new Set(['HANDSHAKE_NO_SSL_SUPPORT', 'HANDSHAKE_SSL_ERROR', 'AUTH_SWITCH_PLUGIN_ERROR']);
/** A server that goes away in the middle of the handshake gets the same code. */
const LOST = /disconnected|ECONNRESET|EPIPE|socket hang up|closed/i;

/**
 * Why a server that is there does not let us in (user, password, TLS), or a file cannot be opened. That is not waited for, as only a person can fix it;
 * undefined when the error is of another kind.
 */
export function connectionRefusal(error: unknown): ConfigError | undefined {
  if (isUnusableFile(error)) {
    return new ConfigError([`DATABASE_URL: the SQLite file cannot be used: ${errorMessage(error)}`]);
  }
  if (!(error instanceof NoConnection)) return undefined;
  const { code, errno, cause } = error;
  const reason = errorMessage(cause);
  if (REFUSED.has(Number(errno))) {
    return new ConfigError([`DATABASE_URL: the server refuses its user or password: ${reason}`]);
  }
  if (NO_TLS.has(String(code)) && !LOST.test(reason)) {
    return new ConfigError([`DATABASE_URL: no encrypted connection as it asks for: ${reason}`]);
  }
  return undefined;
}

/** better-sqlite3 looks for the folder by itself, and says so with a TypeError. */
function isUnusableFile(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (error instanceof TypeError && error.message.startsWith('Cannot open database')) return true;
  return typeof code === 'string' && /^SQLITE_(CANTOPEN|NOTADB|READONLY)/.test(code);
}

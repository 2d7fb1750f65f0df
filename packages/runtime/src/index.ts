export { backoffDelay } from './backoff.ts';
export { type Binder, bindClass, bindConstant, bindFactory, type Token } from './bind.ts';
export { Clock, FakeClock, SystemClock } from './clock.ts';
export * from './command-line/index.ts';
export { configCommand } from './config-command.ts';
export { countInWindow } from './count-in-window.ts';
export { isDataError } from './data-errors.ts';
export {
  bytesToId,
  type Dialect,
  forUpdateSkipLocked,
  idColumn,
  idToBytes,
  isDuplicateKey,
  isRetryable,
  timeColumn,
  toDate,
} from './database.ts';
export { DatabaseClock } from './database-clock.ts';
export { CommitOutcomeUnknown, isUnavailable } from './database-unavailable.ts';
export { readMysqlUrl } from './database-url.ts';
export * from './doctor/index.ts';
export { ConfigError, readEnv } from './env.ts';
export { errorMessage, serializeError } from './errors.ts';
export { escapeHtml } from './escape-html.ts';
export { httpUrl, readHttpUrl } from './http-url.ts';
export { newId } from './ids.ts';
export { createLogger, type Fields, Logger, type LoggerOptions, MemoryLogger } from './logger.ts';
export { Counter, Histogram, Metrics } from './metrics.ts';
export type { Migration } from './migrations.ts';
export { Database, openDatabase, type Sql, type Transaction } from './open-database.ts';
export { openServer } from './open-server.ts';
export { plainText } from './plain-text.ts';
export { readCookie } from './read-cookie.ts';
export { readValueFile } from './read-value-file.ts';
export { RecurringWarnings } from './recurring-warnings.ts';
export { retry } from './retry.ts';
export { type SecretKey, SecretRing, secretRing } from './secret-ring.ts';
export * from './service/index.ts';
export { table } from './text-table.ts';
export { ThinnedLog } from './thinned-log.ts';
export { traceIdOf } from './trace-id.ts';
export { tryPort } from './try-port.ts';

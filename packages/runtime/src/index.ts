export { type BackoffOptions, backoffDelay } from './backoff.ts';
export { type Binder, bindClass, bindConstant, type Token } from './bind.ts';
export { Clock, FakeClock, SystemClock } from './clock.ts';
export * from './command-line/index.ts';
export { connectionRefusal } from './connection-refusal.ts';
export { countInWindow, type WindowCount } from './count-in-window.ts';
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
export { CommitOutcomeUnknown, DatabaseBusy, isUnavailable, NoConnection } from './database-unavailable.ts';
export { databaseUrl, type MysqlAddress, readMysqlUrl } from './database-url.ts';
export { ConfigError, readEnv } from './env.ts';
export { escapeHtml } from './escape-html.ts';
export { errorMessage, serializeError } from './errors.ts';
export { type Check, Health, type HealthReport } from './health.ts';
export { httpUrl, readHttpUrl } from './http-url.ts';
export { newId } from './ids.ts';
export { createLogger, type Fields, Logger, type LoggerOptions, type LogLevel, MemoryLogger } from './logger.ts';
export { Counter, Gauge, Histogram, type LabelValues, Metrics } from './metrics.ts';
export { type Migration, migrate, migrationStates, pendingMigrations } from './migrations.ts';
export { Database, openDatabase, type Sql, type Transaction } from './open-database.ts';
export { type OpsServer, type OpsServerOptions, startOpsServer } from './ops-server.ts';
export { RecurringWarnings, type RecurringWarningsOptions } from './recurring-warnings.ts';
export { type RetryOptions, retry } from './retry.ts';
export { type SecretKey, SecretRing, SecretRingError, secretRing } from './secret-ring.ts';
export { announceReady, type ReadyMessage } from './service/announce-ready.ts';
export { endWhenStalled } from './service/end-when-stalled.ts';
export { rereadRings } from './service/reread-rings.ts';
export { runMain } from './service/run-main.ts';
export { Shutdown } from './service/shutdown.ts';
export { migrateWhenThere, type WaitForDatabaseOptions, waitForDatabase } from './service/wait-for-database.ts';
export { table } from './text-table.ts';
export { ThinnedLog } from './thinned-log.ts';
export { traceIdOf } from './trace-id.ts';
export { type ClockWatchOptions, watchClock } from './watch-clock.ts';

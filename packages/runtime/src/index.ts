export { type Binder, bindClass, bindConstant, bindFactory, type Token } from './bind.ts';
export { configCommand } from './command-line/config-command.ts';
export * from './command-line/index.ts';
export { ConfigError, readEnv } from './configuration/env.ts';
export { integer } from './configuration/integer.ts';
export { readValueFile } from './configuration/read-value-file.ts';
export { type SecretKey, SecretRing, secretRing } from './configuration/secret-ring.ts';
export { type Column, Columns, type ColumnsOf, column } from './database/columns.ts';
export { countInWindow } from './database/count-in-window.ts';
export { isDataError } from './database/data-errors.ts';
export { DatabaseClock } from './database/database-clock.ts';
export { CommitOutcomeUnknown, isUnavailable } from './database/database-unavailable.ts';
export { readMysqlUrl } from './database/database-url.ts';
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
} from './database/dialect.ts';
export { isMomentary } from './database/is-momentary.ts';
export type { Migration } from './database/migrations.ts';
export { Database, openDatabase, type Sql, type Transaction } from './database/open-database.ts';
export * from './doctor/index.ts';
export { boundedText } from './http/bounded-text.ts';
export { fetchFailure } from './http/fetch-failure.ts';
export { httpUrl, isInTheClear, readHttpUrl } from './http/http-url.ts';
export { inTurn } from './http/in-turn.ts';
export { type OpenServer, openServer } from './http/open-server.ts';
export { readCookie, readCookies } from './http/read-cookie.ts';
export { tryPort } from './http/try-port.ts';
export { isUuid, newId, timeOfId } from './ids.ts';
export { createLogger, type Fields, Logger, type LoggerOptions, MemoryLogger } from './logging/logger.ts';
export { RecurringWarnings } from './logging/recurring-warnings.ts';
export { ThinnedLog } from './logging/thinned-log.ts';
export { Counter, Histogram } from './ops/instruments.ts';
export { Metrics } from './ops/metrics.ts';
export type { OpsRoute } from './ops/ops-server.ts';
export * from './service/index.ts';
export { errorPlaces } from './text/error-places.ts';
export { errorMessage, serializeError } from './text/errors.ts';
export { escapeHtml } from './text/escape-html.ts';
export { failureWords } from './text/failure-words.ts';
export { knownWords } from './text/known-words.ts';
export { plainText } from './text/plain-text.ts';
export { table } from './text/text-table.ts';
export { withoutAddresses, withoutMailbox } from './text/without-addresses.ts';
export { backoffDelay } from './time/backoff.ts';
export { Clock, FakeClock, SystemClock } from './time/clock.ts';
export { expireAfter } from './time/expire-after.ts';
export { retry } from './time/retry.ts';
export { within } from './time/within.ts';
export {
  beginSpan,
  currentTraceparent,
  isTracing,
  runningSpan,
  Span,
  type SpanAttributes,
  traced,
} from './tracing/span.ts';
export { newTraceparent, readTraceparent, traceIdOf, writeTraceparent } from './tracing/trace-parent.ts';

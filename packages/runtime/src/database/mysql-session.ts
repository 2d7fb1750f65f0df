/**
 * Of the time that a statement has, a row that another transaction holds is waited for this much, which is 5 s of a service's; then the transaction
 * runs again. MySQL's default is 50 s.
 */
const LOCK_WAIT_SHARE = 0.625;
/**
 * So long a migration, which has no limit, waits for a row, and for a table: whoever comes to that meanwhile waits behind the migration, and by default
 * would do so for a day.
 */
const MIGRATION_WAIT_SECONDS = 5;

/**
 * The statements that make a session ours whatever the server's defaults or `init_connect` say. Values are written into
 * statements with backslash escapes (NO_BACKSLASH_ESCAPES would make them SQL), and one that does not fit is refused, not cut.
 *
 * @param statementMs how long the server works on one statement; MySQL 8 limits reading ones alone. Undefined for migrations
 */
export function sessionSettings(statementMs: number | undefined): string[] {
  const ms = Math.round(statementMs ?? 0);
  const lockWaitSeconds =
    statementMs === undefined ? MIGRATION_WAIT_SECONDS : Math.max(1, Math.round((ms * LOCK_WAIT_SHARE) / 1_000));
  const variables = [
    "sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    // Times are written as UTC; a server in another zone must not shift CURRENT_TIMESTAMP.
    "time_zone = '+00:00'",
    'autocommit = 1',
    "completion_type = 'NO_CHAIN'",
    'foreign_key_checks = 1',
    'unique_checks = 1',
    "default_storage_engine = 'InnoDB'",
    'sql_auto_is_null = 0',
    'sql_safe_updates = 0',
    'sql_select_limit = 18446744073709551615',
    `innodb_lock_wait_timeout = ${lockWaitSeconds}`,
    ...(statementMs === undefined ? [`lock_wait_timeout = ${MIGRATION_WAIT_SECONDS}`] : []),
  ];
  // Each of the two servers reads its own comment alone; 0 is no limit.
  const limit = `/*M!100101 , max_statement_time = ${ms / 1_000} */ /*!80000 , max_execution_time = ${ms} */`;
  return [
    'SET NAMES utf8mb4',
    `SET SESSION ${variables.join(', ')} ${limit}`,
    // READ COMMITTED keeps no gap locks, which REPEATABLE READ's inserts into an outbox would deadlock on.
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
  ];
}

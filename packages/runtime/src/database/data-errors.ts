/** SQLSTATE classes that blame a value: 21 cardinality, 22 data exception, 23 constraint violation (SQL:2016, part 2, 24.1). */
const DATA_CLASSES = new Set(['21', '22', '23']);
/** MySQL and MariaDB give these the general SQLSTATE, or one of a connection. */
const MYSQL_CODES = new Set([
  ...['ER_DATA_TOO_LONG', 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 'ER_TRUNCATED_WRONG_VALUE', 'WARN_DATA_TRUNCATED'],
  ...['ER_WARN_DATA_OUT_OF_RANGE', 'ER_NO_DEFAULT_FOR_FIELD', 'ER_BAD_NULL_ERROR', 'ER_NET_PACKET_TOO_LARGE'],
  ...['ER_TOO_BIG_ROWSIZE', 'ER_INVALID_JSON_TEXT', 'ER_CHECK_CONSTRAINT_VIOLATED', 'ER_CONSTRAINT_FAILED'],
]);
const SQLITE = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/;

/**
 * Whether the database refused a value of a statement, so that the same statement never succeeds, and one with other values
 * may.
 */
export function isDataError(error: unknown): boolean {
  const { code, sqlState } = (error ?? {}) as { code?: unknown; sqlState?: unknown };
  if (typeof sqlState === 'string' && DATA_CLASSES.has(sqlState.slice(0, 2))) return true;
  return typeof code === 'string' && (MYSQL_CODES.has(code) || SQLITE.test(code));
}

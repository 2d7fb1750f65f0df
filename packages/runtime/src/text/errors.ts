/**
 * The message of whatever was thrown, without values that a database quotes in it; the messages of an AggregateError's parts (a refused
 * connection has no own). Logs, the audit and dead letters get it from here.
 */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((part) => errorMessage(part)).join('; ');
  }
  return withoutValues(error instanceof Error ? error.message || error.name : String(error));
}

/** Where MySQL and MariaDB quote the value that they refuse, or a piece of the statement: it may be an address. */
const QUOTING: readonly RegExp[] = [
  /(Duplicate entry )'.*'(?= for key)/gs,
  /(ncorrect [\w() ]*value: )'.*'(?= for |\n|$)/gs,
  /(syntax to use near )'.*'(?= at line)/gs,
];

function withoutValues(text: string): string {
  return QUOTING.reduce((rest, quoting) => rest.replace(quoting, "$1'…'"), text);
}

/**
 * An error as plain data for a log line: name, message, code, stack and the same of its causes, five deep.
 */
export function serializeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: errorMessage(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: errorMessage(error),
    ...(code === undefined ? {} : { code }),
    stack: error.stack && withoutValues(error.stack),
    ...(error.cause === undefined || depth >= 5 ? {} : { cause: serializeError(error.cause, depth + 1) }),
  };
}

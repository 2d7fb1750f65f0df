/** The message of whatever was thrown; the messages of an AggregateError's parts (a refused connection has no own). */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((part) => errorMessage(part)).join('; ');
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}

/** MySQL quotes the value that broke a unique index, and that may be an address. */
function withoutValues(text: string): string {
  return text.replace(/Duplicate entry '.*?' for key/gs, "Duplicate entry '…' for key");
}

/**
 * An error as plain data for a log line: name, message, code, stack and the same of its causes, five deep.
 */
export function serializeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: withoutValues(errorMessage(error)),
    ...(code === undefined ? {} : { code }),
    stack: error.stack && withoutValues(error.stack),
    ...(error.cause === undefined || depth >= 5 ? {} : { cause: serializeError(error.cause, depth + 1) }),
  };
}

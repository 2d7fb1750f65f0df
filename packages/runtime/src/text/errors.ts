/**
 * The message of whatever was thrown, without values that a database quotes in it; the messages of an AggregateError's parts (a refused
 * connection has no own). Logs, the audit and dead letters get it from here. It does not throw.
 */
export function errorMessage(error: unknown): string {
  return messageOf(error, new Set());
}

/** @param within those whose parts are being gone through: one may have itself among them */
function messageOf(error: unknown, within: Set<unknown>): string {
  const parts =
    error instanceof AggregateError && readOf(error, 'message') === '' ? readOf(error, 'errors') : undefined;
  if (!Array.isArray(parts) || within.has(error)) return withoutValues(wordsOf(error));
  within.add(error);
  return parts.map((part) => messageOf(part, within)).join('; ');
}

/** What an error has by this name. Getters throw, and so does what a library has put in the place of stacks (`Error.prepareStackTrace`). */
export function readOf(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** Anything can be thrown: a message need be no text, and an object may have none at all. */
function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message || thrown.name : thrown);
  } catch {
    return 'something without words was thrown';
  }
}

/**
 * Between what MySQL and MariaDB quote the value that they refuse, or a piece of the statement: it may be an address. Of the ends the last one
 * counts, as the value may have the same in it.
 */
const QUOTING: readonly { before: RegExp; ends: readonly string[] }[] = [
  { before: /Duplicate entry '/, ends: ["' for key"] },
  { before: /ncorrect [\w() ]{0,40}value: '/, ends: ["' for ", "'\n"] },
  { before: /syntax to use near '/, ends: ["' at line"] },
];

function withoutValues(text: string): string {
  return QUOTING.reduce((rest, { before, ends }) => {
    const found = before.exec(rest);
    if (!found) return rest;
    const start = found.index + found[0].length;
    // By looks from the end, not by a pattern: what is thrown may be a stranger's words, and be long. The end of the text is that of a line, too.
    const end = Math.max(...ends.map((quote) => `${rest}\n`.lastIndexOf(quote)));
    return end < start ? rest : `${rest.slice(0, start)}…${rest.slice(end)}`;
  }, text);
}

/**
 * An error as plain data for a log line: name, message, code, stack and the same of its causes, five deep. It does not throw.
 */
export function serializeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: errorMessage(error) };
  const [name, code, stack, cause] = ['name', 'code', 'stack', 'cause'].map((one) => readOf(error, one));
  return {
    name,
    message: errorMessage(error),
    ...(code === undefined ? {} : { code }),
    stack: typeof stack === 'string' ? withoutValues(stack) : undefined,
    ...(cause === undefined || depth >= 5 ? {} : { cause: serializeError(cause, depth + 1) }),
  };
}

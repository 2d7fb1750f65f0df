/**
 * Something the person at the terminal can put right: told as one line, without a stack, exit code 1.
 * `message` says what is wrong and what to do.
 */
export class Fault extends Error {
  override name = 'Fault';
}

/** Arguments that make no sense: exit code 2, as the services' own commands have it. */
export class UsageFault extends Fault {}

/** The text of whatever was thrown, for a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's error code (`EADDRINUSE`, `ENOENT`, …) of whatever was thrown. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

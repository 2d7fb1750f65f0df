import { UsageError } from '@postern/runtime/light';
import { Terminal } from './terminal.ts';

/**
 * Something the person at the terminal can put right: reported as one line, without a stack, exit code 1.
 * `message` says what is wrong and what to do.
 */
export class Fault extends Error {
  override name = 'Fault';
}

/** The exit code of a command; 1 when it fails: a {@link Fault} is one line on standard error, and anything else a bug that shows its stack. */
export async function reportFaults(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const text = error instanceof Error && !(error instanceof Fault) ? error.stack : undefined;
    new Terminal(process.stderr).error(text ?? reasonOf(error));
    return 1;
  }
}

/** The text of whatever was thrown, for a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's error code (`EADDRINUSE`, `ENOENT`, …) of whatever was thrown. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

import { ConfigError } from '../configuration/env.ts';
import { errorMessage, serializeError } from '../text/errors.ts';

/** Node 20 and 22 run the HTTP path six times slower than 26 (measured), and lack what the sources use. */
const OLDEST_NODE_MAJOR = 26;

/**
 * The log's reader may go away before us (EPIPE), or its disk may be full: lines are lost then, and nothing else may be. As
 * an error that nobody heard it would end the process without draining.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Runs a process's `main` and says on standard error, readably, why it could not start: exit code 1.
 * Rejections and exceptions that nothing caught later end the process too: its state is unknown then, and the
 * orchestrator starts a clean one (accepted work is in the outbox or back in its queue).
 */
export async function runMain(service: string, main: () => Promise<void>): Promise<void> {
  const fail = (lines: string[]): never => {
    for (const line of lines) process.stderr.write(`${service}: ${line}\n`);
    process.exit(1);
  };
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE_MAJOR) {
    fail([
      `needs Node.js ${OLDEST_NODE_MAJOR} or newer, this is ${process.version}.`,
      'Start it through `npx -y pnpm@12 start`, which brings the right one, or use the container image.',
    ]);
  }
  outliveReaders();
  const crash = (kind: string) => (error: unknown) => fail([`${kind}: ${JSON.stringify(serializeError(error))}`]);
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));
  try {
    await main();
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message.split('\n'));
    fail([`could not start: ${errorMessage(error)}`, ...(error instanceof Error && error.stack ? [error.stack] : [])]);
  }
}

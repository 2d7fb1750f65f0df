import { Fault, UsageFault } from './fault.ts';
import { readEnvFiles } from './read-env-files.ts';
import { repositoryRoot } from './repository.ts';
import { Terminal } from './terminal.ts';

type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** Loaded when called for: `start` must not wait for what only the test runner needs. */
const commands: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./start.ts')).start,
  dev: async () => (await import('./start.ts')).dev,
  demo: async () => (await import('./demo/demo.ts')).demo,
  test: async () => (await import('./testing/run-tests.ts')).runTests,
  k6: async () => (await import('./k6.ts')).k6,
  proof: async () => (await import('./proof.ts')).proof,
  bench: async () => (await import('./bench.ts')).bench,
  postern: async () => (await import('./postern/postern.ts')).postern,
};

/** Commands that run the system, or act on it. */
const withEnvFiles = new Set(['start', 'dev', 'demo', 'postern']);

/** Runs one of the root scripts. A {@link Fault} is one line on standard error; anything else is a bug and shows its stack. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    new Terminal(process.stderr).error(`Unknown command "${name}": it is one of ${Object.keys(commands).join(', ')}.`);
    process.exit(2);
  }
  // `pnpm start | head`: the reader has gone, so nobody is left to tell.
  process.stdout.on('error', () => undefined);
  const code = await load()
    .then((command) => {
      // Tests are the same on every machine, whatever a developer has in these files.
      if (withEnvFiles.has(name)) readEnvFiles(repositoryRoot);
      return command;
    })
    .then((command) => command(rest[0] === '--' ? rest.slice(1) : rest, new Terminal(process.stdout)))
    .catch((error: unknown) => {
      const terminal = new Terminal(process.stderr);
      if (error instanceof Fault) terminal.error(error.message);
      else terminal.error(error instanceof Error && error.stack ? error.stack : String(error));
      return error instanceof UsageFault ? 2 : 1;
    });
  // Sockets of clients may still linger; all that had to be stopped has been.
  process.exit(code);
}

import { join } from 'node:path';
import { defineCommand, flag, option, type PassedOn, runCommandLine } from '@postern/runtime/light';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { reportFaults } from './fault.ts';
import { type PartName, partNames, portDefinitions } from './playground/options.ts';
import { withEnvFiles } from './read-env-files.ts';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal(process.stdout);
const PROOF = join(repositoryRoot, 'packages/proof/src/main.ts');

const EXPECTED = `expected names from ${partNames.join(', ')}, with commas`;
const only = option(
  'PARTS',
  `start only these parts, with commas: ${partNames.join(',')}`,
  z
    .string()
    .default(partNames.join(','))
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(partNames, EXPECTED)).min(1, EXPECTED))
    .transform((names): ReadonlySet<PartName> => new Set(names)),
);
const ports = Object.values(portDefinitions)
  .map(({ variable, fallback }) => `${variable} ${fallback}`)
  .join(', ');
const fresh = flag('forget all accounts, mails and queued messages first');

// What a command needs is loaded when it is called for: `start` must not wait for what only the test runner needs.
const start = defineCommand({
  name: 'start',
  summary:
    'Runs Postern on this machine: gateway, worker, a queue, a mail inbox and a database, with nothing to install',
  about: `Ports (with 0 a free port is chosen and printed): ${ports}.
Real parts: DATABASE_URL=mysql://…, SQS_ENDPOINT=http://…, SMTP_URL=smtp://….
INBOX_HOST, SQS_HOST and GATEWAY_HOST open a part to containers or the network (0.0.0.0); the default is this machine.
State lives in POSTERN_HOME (default .postern).`,
  examples: ['start', 'start --fresh', 'start --only sqs,inbox'],
  json: false,
  input: { fresh, verbose: flag('show every log line of the services'), only },
  run: ({ only: parts, ...flags }) =>
    onSystem(async () => (await import('./start.ts')).start({ ...flags, parts }, terminal)),
});

const dev = defineCommand({
  name: 'dev',
  summary: 'Runs what start runs, for work on the sources',
  about: `A service whose files are saved is back in about a second, every log line is shown (LOG_LEVEL=debug for more, LOG_FORMAT=json for
the lines as they are), and errors come with the source line that threw them.

Variables may be set in .env and .env.local (.env.example lists them); when one of them is saved all starts anew. Ports and real parts are those of start.`,
  examples: ['dev', 'dev --inspect'],
  json: false,
  input: {
    inspect: flag('debuggers may attach: the gateway on 127.0.0.1:9229, the worker on 127.0.0.1:9230'),
    fresh,
    only,
  },
  run: ({ only: parts, ...flags }) =>
    reportFaults(async () => (await import('./start.ts')).dev({ ...flags, parts, verbose: true }, terminal)),
});

const demo = defineCommand({
  name: 'demo',
  summary: 'Walks the main job: a person registers, gets the mail, follows its link, signs in',
  about: `Works against the playground that runs on POSTERN_HOME, or against GATEWAY_URL and INBOX_URL (an inbox that answers Mailpit's REST
paths), or starts a playground of its own.`,
  examples: ['demo'],
  json: false,
  run: () => onSystem(async () => (await import('./demo/demo.ts')).demo(terminal)),
});

/** Those with arguments of their own. */
const others: PassedOn[] = [
  {
    ...{ name: 'test', summary: 'Runs all tests', examples: ['test', 'test packages/sqs'] },
    passOn: (args) => reportFaults(async () => (await import('./testing/run-tests.ts')).runTests(args, terminal)),
  },
  {
    ...{ name: 'k6', summary: 'Runs a load test', examples: ['k6 smoke'] },
    passOn: (args) => reportFaults(async () => (await import('./k6.ts')).k6(args, terminal)),
  },
  {
    ...{ name: 'proof', summary: 'Breaks a whole system, and compares it with what was promised', examples: ['proof'] },
    passOn: (args) => runChild(process.execPath, [PROOF, ...args], { cwd: repositoryRoot }),
  },
  {
    ...{ name: 'bench', summary: 'Runs a benchmark', examples: ['bench http'] },
    passOn: async (args) => (await import('./bench.ts')).bench(args),
  },
  {
    ...{
      name: 'postern',
      summary: 'Runs a command of the services, or writes new files',
      examples: ['postern status'],
    },
    passOn: (args) => onSystem(async () => (await import('./postern/postern.ts')).postern(args, terminal)),
  },
];

export async function runRootScript(args: readonly string[]): Promise<void> {
  // `pnpm start | head`: the reader has gone, so nobody is left to tell.
  process.stdout.on('error', () => undefined);
  // Some put `--` between a script's name and its arguments.
  const given = args[1] === '--' ? args.toSpliced(1, 1) : args;
  const code = await runCommandLine(given, {
    service: 'npx -y pnpm@12',
    version: manifest.version,
    commands: [start, dev, demo, ...others],
  });
  // Sockets of clients may still linger; all that had to be stopped has been.
  process.exit(code);
}

/** For commands that run the system, or act on it. Tests are the same on every machine, whatever a developer has in these files. */
function onSystem(run: () => Promise<number>): Promise<number> {
  return reportFaults(() => {
    Object.assign(process.env, withEnvFiles(repositoryRoot, process.env));
    return run();
  });
}

import { UsageFault } from '../fault.ts';
import { inherited, serviceEnvironments } from '../playground/environment.ts';
import { Home } from '../playground/home.ts';
import { serviceDatabases } from '../playground/mysql.ts';
import { readOptions } from '../playground/options.ts';
import { type ServiceName, serviceNames } from '../playground/playground.ts';
import { repositoryRoot, serviceMains } from '../repository.ts';
import { runChild } from '../run-child.ts';
import type { Terminal } from '../terminal.ts';
import { findCommand, posternCommands } from './commands.ts';
import { make } from './make.ts';

/**
 * Passes a command to the service that has it, with the environment that the playground gives that service: the same
 * databases, queues and keys, whether it runs at the moment or not.
 */
export async function postern(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '' || name === '--help' || name === '-h' || name === 'list') {
    printCommands(terminal);
    return 0;
  }
  if (name.startsWith('make:')) return make(name.slice('make:'.length), rest, terminal, repositoryRoot);
  if (serviceNames.includes(name as ServiceName)) {
    // Without a command the service would serve, beside the playground's own.
    if (rest.length === 0) throw new UsageFault(`\`npx -y pnpm@12 postern ${name}\` needs a command of the ${name}.`);
    return runIn(name as ServiceName, rest, env);
  }
  const command = findCommand(name);
  if (!command) throw new UsageFault(`There is no command "${name}". \`npx -y pnpm@12 postern\` lists them.`);
  for (const service of command.services) {
    const code = await runIn(service, args, env);
    if (code !== 0) return code;
  }
  return 0;
}

function printCommands(terminal: Terminal): void {
  terminal.line('Usage: npx -y pnpm@12 postern <command> [arguments]');
  terminal.line();
  const width = Math.max(...posternCommands.map((it) => it.usage.length));
  for (const { usage, what } of posternCommands) {
    terminal.line(`  ${terminal.cyan(usage.padEnd(width))}  ${what}`);
  }
  terminal.line();
  terminal.line(
    terminal.dim(
      '`npx -y pnpm@12 postern gateway …` and `npx -y pnpm@12 postern worker …` pass anything else to a service.',
    ),
  );
}

async function runIn(service: ServiceName, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return runChild(process.execPath, [serviceMains[service], ...args], {
    env: { ...inherited(env), ...playgroundEnvironment(env)[service] },
  });
}

/** What the running playground gave its services, or what it would give them. */
function playgroundEnvironment(env: NodeJS.ProcessEnv): Record<ServiceName, Record<string, string>> {
  const options = readOptions([], env, repositoryRoot);
  const home = new Home(options.home);
  const running = home.running();
  if (running?.env.gateway.DATABASE_URL && running.env.worker.DATABASE_URL) return running.env;
  home.open();
  return serviceEnvironments(
    {
      ports: options.ports,
      secrets: home.secrets(),
      databases: options.databaseUrl
        ? serviceDatabases(options.databaseUrl)
        : { gateway: `sqlite:${home.file('gateway.sqlite')}`, worker: `sqlite:${home.file('worker.sqlite')}` },
      sqsEndpoint: options.sqsEndpoint ?? `http://127.0.0.1:${options.ports.sqs}`,
      smtpUrl: options.smtpUrl ?? `smtp://127.0.0.1:${options.ports.smtp}?tls=off`,
      embeddedSqs: options.sqsEndpoint === undefined,
    },
    env,
  );
}

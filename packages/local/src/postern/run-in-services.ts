import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { serviceEnvironments, withInherited } from '../playground/environment.ts';
import { Home } from '../playground/home.ts';
import { readOptions } from '../playground/options.ts';
import { serviceDatabases } from '../playground/service-databases.ts';
import { repositoryRoot, type ServiceName, serviceMains } from '../repository.ts';
import { runChild } from '../run-child.ts';
import type { Terminal } from '../terminal.ts';

const HELP = ['--help', '-h'];

/**
 * Passes a command to the services that have it, with the environment that the playground gives them: the same databases, queues and
 * keys, whether it runs at the moment or not.
 *
 * @returns the worst of their exit codes
 */
export async function runInServices(
  services: readonly ServiceName[],
  args: readonly string[],
  { terminal, env }: { terminal: Terminal; env: NodeJS.ProcessEnv },
): Promise<number> {
  const { environments, stopped } = playgroundEnvironment(env);
  const start = (service: ServiceName) => ({
    args: [serviceMains[service], ...args],
    env: withInherited(env, environments[service]),
  });
  const [first] = services;
  if (first && (services.length === 1 || args.some((word) => HELP.includes(word)))) {
    return noted(await run(start(first)), stopped);
  }
  if (args.includes('--json')) return runForJson(services, start, terminal);
  let worst = 0;
  for (const service of services) {
    terminal.line(terminal.bold(`${service}:`));
    worst = Math.max(worst, await run(start(service)));
  }
  return noted(worst, stopped);
}

/** What was not found or not reached may be on the folder that another terminal has named. */
function noted(code: number, stopped: string | undefined): number {
  if (code === 1 && stopped !== undefined) {
    process.stderr.write(
      `No playground runs on ${stopped}, which this has read. One that runs on another folder is named by POSTERN_HOME, in each terminal or in .env.local.\n`,
    );
  }
  return code;
}

interface Start {
  args: string[];
  env: NodeJS.ProcessEnv;
}

function run({ args, env }: Start): Promise<number> {
  return runChild(process.execPath, args, { env });
}

/** One document: `{ "gateway": …, "worker": … }`; null where a service had no answer. */
async function runForJson(
  services: readonly ServiceName[],
  start: (service: ServiceName) => Start,
  terminal: Terminal,
): Promise<number> {
  const answers: Record<string, unknown> = {};
  let worst = 0;
  for (const service of services) {
    const { args, env } = start(service);
    const child = spawn(process.execPath, args, { env, stdio: ['inherit', 'pipe', 'inherit'] });
    const exited = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)));
    const answer = await text(child.stdout);
    answers[service] = answer === '' ? null : (JSON.parse(answer) as unknown);
    worst = Math.max(worst, await exited);
  }
  terminal.line(JSON.stringify(answers, null, 2));
  return worst;
}

/** What the running playground gave its services, or what it would give them, and then on which folder none runs. */
function playgroundEnvironment(env: NodeJS.ProcessEnv): {
  environments: Record<ServiceName, Record<string, string>>;
  stopped?: string;
} {
  const options = readOptions({}, env, repositoryRoot);
  const home = new Home(options.home);
  const running = home.running();
  if (running?.env.gateway.DATABASE_URL && running.env.worker.DATABASE_URL) return { environments: running.env };
  home.open();
  const environments = serviceEnvironments(
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
  return { environments, stopped: home.path };
}

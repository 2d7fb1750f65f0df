import { resolve } from 'node:path';
import { ConfigError, readHttpUrl, readMysqlUrl } from '@postern/runtime';
import { Fault, UsageFault } from '../fault.ts';

/** The ports of the playground; with 0 a free port is chosen. */
export interface Ports {
  gateway: number;
  gatewayOps: number;
  workerOps: number;
  workerConsole: number;
  inbox: number;
  smtp: number;
  sqs: number;
}

export type PortName = keyof Ports;

/** Which environment variable sets which port, and its default. */
export const portVariables: Record<PortName, { variable: string; fallback: number }> = {
  gateway: { variable: 'GATEWAY_PORT', fallback: 3000 },
  gatewayOps: { variable: 'GATEWAY_OPS_PORT', fallback: 3001 },
  workerOps: { variable: 'WORKER_OPS_PORT', fallback: 3002 },
  workerConsole: { variable: 'WORKER_CONSOLE_PORT', fallback: 3004 },
  inbox: { variable: 'INBOX_PORT', fallback: 8025 },
  smtp: { variable: 'SMTP_PORT', fallback: 1025 },
  sqs: { variable: 'SQS_PORT', fallback: 9324 },
};

/** What can be started: the parts a newcomer lacks, and the services themselves. */
export const partNames = ['sqs', 'inbox', 'gateway', 'worker'] as const;
export type PartName = (typeof partNames)[number];

export interface PlaygroundOptions {
  /** Folder of all state: databases, queue, mails, secrets, logs. */
  home: string;
  /** Addresses that the parts listen on: this machine only, unless containers have to reach them. */
  inboxHost: string;
  sqsHost: string;
  ports: Ports;
  parts: ReadonlySet<PartName>;
  /** Clear `home` first. */
  fresh: boolean;
  /** Show every log line of the services instead of warnings and errors. */
  verbose: boolean;
  /** Start a service anew when its sources change, and keep running when it dies. */
  watch: boolean;
  /** Let debuggers attach: the gateway on port 9229, the worker on 9230. */
  inspect: boolean;
  /** How log lines are shown: `pretty` for people, `json` as they are. */
  logFormat: 'pretty' | 'json';
  /** A real database server instead of SQLite. */
  databaseUrl?: string;
  /** A real queue instead of the embedded one. */
  sqsEndpoint?: string;
  /** A real mail server instead of the inbox. */
  smtpUrl?: string;
}

export const startHelp = `Usage: npx -y pnpm@12 start [--fresh] [--verbose] [--only sqs,inbox,gateway,worker]

Runs Postern on this machine: gateway, worker, a queue, a mail inbox and a database, with nothing to install.

  --fresh      forget all accounts, mails and queued messages first
  --verbose    show every log line of the services
  --only a,b   start only these parts

Ports (with 0 a free port is chosen and printed): GATEWAY_PORT 3000, GATEWAY_OPS_PORT 3001, WORKER_OPS_PORT 3002, WORKER_CONSOLE_PORT 3004,
INBOX_PORT 8025, SMTP_PORT 1025, SQS_PORT 9324. Real parts: DATABASE_URL=mysql://…, SQS_ENDPOINT=http://…, SMTP_URL=smtp://….
INBOX_HOST, SQS_HOST and GATEWAY_HOST open a part to containers or the network (0.0.0.0); the default is this machine.
State lives in POSTERN_HOME (default .postern).`;

export const devHelp = `Usage: npx -y pnpm@12 dev [--inspect] [--fresh] [--only sqs,inbox,gateway,worker]

Runs what start runs, for work on the sources: a service whose files are saved is back in about a second, every log line is shown
(LOG_LEVEL=debug for more, LOG_FORMAT=json for the lines as they are), and errors come with the source line that threw them.

  --inspect    debuggers may attach: the gateway on 127.0.0.1:9229, the worker on 127.0.0.1:9230
  --fresh      forget all accounts, mails and queued messages first
  --only a,b   start only these parts

Variables may be set in .env and .env.local (.env.example lists them). Ports and real parts are those of start.`;

/** Reads flags and environment; throws a {@link Fault} that names the first mistake. */
export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  root: string,
  watch = false,
): PlaygroundOptions {
  const options: PlaygroundOptions = {
    home: resolve(root, env.POSTERN_HOME || '.postern'),
    inboxHost: env.INBOX_HOST || '127.0.0.1',
    sqsHost: env.SQS_HOST || '127.0.0.1',
    ports: readPorts(env),
    parts: new Set(partNames),
    fresh: false,
    verbose: watch,
    watch,
    inspect: false,
    logFormat: readLogFormat(env),
    ...part('databaseUrl', readUrl(env, 'DATABASE_URL', ['mysql:', 'mariadb:'])),
    ...part('sqsEndpoint', readHttpVariable(env, 'SQS_ENDPOINT')),
    ...part('smtpUrl', readUrl(env, 'SMTP_URL', ['smtp:', 'smtps:', 'ses:'])),
  };
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '--fresh') options.fresh = true;
    else if (argument === '--verbose') options.verbose = true;
    else if (argument === '--inspect') options.inspect = true;
    else if (argument === '--only') options.parts = readParts(args[++index] ?? '');
    else if (argument.startsWith('--only=')) options.parts = readParts(argument.slice('--only='.length));
    else throw new UsageFault(`Unknown argument "${argument}". \`npx -y pnpm@12 start --help\` lists what there is.`);
  }
  return options;
}

function part<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
}

function readLogFormat({ LOG_FORMAT: format = 'pretty' }: NodeJS.ProcessEnv): 'pretty' | 'json' {
  if (format !== 'pretty' && format !== 'json') throw new Fault(`LOG_FORMAT is "${format}": expected pretty or json.`);
  return format;
}

function readPorts(env: NodeJS.ProcessEnv): Ports {
  const ports: Partial<Ports> = {};
  const taken = new Map<number, string>();
  for (const name of Object.keys(portVariables) as PortName[]) {
    const { variable, fallback } = portVariables[name];
    const text = env[variable]?.trim();
    const port = text ? Number(text) : fallback;
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new Fault(`${variable} is "${text}" and has to be a port: 1 to 65535, or 0 for a free one.`);
    }
    const other = port === 0 ? undefined : taken.get(port);
    if (other) throw new Fault(`${variable} and ${other} are both ${port}; give one of them another port.`);
    taken.set(port, variable);
    ports[name] = port;
  }
  return ports as Ports;
}

function readParts(text: string): ReadonlySet<PartName> {
  const names = text.split(',').filter(Boolean);
  const unknown = names.find((name) => !partNames.includes(name as PartName));
  if (names.length === 0 || unknown !== undefined) {
    throw new UsageFault(`--only accepts names from ${partNames.join(', ')}, with commas; it got "${text}".`);
  }
  return new Set(names as PartName[]);
}

function readHttpVariable(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const text = env[variable]?.trim();
  if (!text) return undefined;
  const { url, fault } = readHttpUrl(text, { path: true });
  if (url === undefined) throw new Fault(`${variable} has to be a URL such as http://127.0.0.1:9324: ${fault}.`);
  return url;
}

function readUrl(env: NodeJS.ProcessEnv, variable: string, schemes: string[]): string | undefined {
  const text = env[variable]?.trim();
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !schemes.includes(url.protocol)) {
    // The value may carry a password, so it is not repeated.
    throw new Fault(`${variable} has to be a URL that begins with ${schemes.map((it) => `${it}//`).join(' or ')}.`);
  }
  if (variable === 'DATABASE_URL' && url.pathname.length < 2) {
    throw new Fault('DATABASE_URL has to end in a database name, such as mysql://user:password@host:3306/postern.');
  }
  if (variable === 'DATABASE_URL') requireReadable(text);
  return text;
}

/** Read as the services read it, before anything is started. */
function requireReadable(url: string): void {
  try {
    readMysqlUrl(url);
  } catch (error) {
    throw error instanceof ConfigError ? new Fault(error.problems.join('\n')) : error;
  }
}

import { resolve } from 'node:path';
import { ConfigError, readHttpUrl, readMysqlUrl } from '@postern/runtime';
import { Fault } from '../fault.ts';

/** What can be started: the parts a newcomer lacks, and the services themselves. */
export const partNames = ['sqs', 'inbox', 'gateway', 'worker'] as const;
export type PartName = (typeof partNames)[number];

interface PortDefinition {
  /** The environment variable that sets it, and its default; with 0 a free port is chosen. */
  variable: string;
  fallback: number;
  /** Whose part opens it, and what a person calls that. */
  part: PartName;
  holder: string;
}

/** The ports of the playground. */
export const portDefinitions = {
  gateway: { variable: 'GATEWAY_PORT', fallback: 3000, part: 'gateway', holder: 'the gateway' },
  gatewayOps: {
    variable: 'GATEWAY_OPS_PORT',
    fallback: 3001,
    part: 'gateway',
    holder: "the gateway's health and metrics",
  },
  workerOps: { variable: 'WORKER_OPS_PORT', fallback: 3002, part: 'worker', holder: "the worker's health and metrics" },
  workerConsole: { variable: 'WORKER_CONSOLE_PORT', fallback: 3004, part: 'worker', holder: "the operators' console" },
  inbox: { variable: 'INBOX_PORT', fallback: 8025, part: 'inbox', holder: 'the inbox' },
  smtp: { variable: 'SMTP_PORT', fallback: 1025, part: 'inbox', holder: 'SMTP' },
  sqs: { variable: 'SQS_PORT', fallback: 9324, part: 'sqs', holder: 'the queue' },
} satisfies Record<string, PortDefinition>;

export type PortName = keyof typeof portDefinitions;
export type Ports = Record<PortName, number>;
export const portNames = Object.keys(portDefinitions) as PortName[];
/** The environment of a playground that is in nobody's way. */
export const freePorts = Object.fromEntries(Object.values(portDefinitions).map(({ variable }) => [variable, '0']));

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
  /** Restart a service when its sources change, and keep running when it dies. */
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

/** What the command line decides. */
export type PlaygroundFlags = Partial<Pick<PlaygroundOptions, 'parts' | 'fresh' | 'verbose' | 'watch' | 'inspect'>>;

/** Reads the environment; throws a {@link Fault} that names the first error. */
export function readOptions(flags: PlaygroundFlags, env: NodeJS.ProcessEnv, root: string): PlaygroundOptions {
  return {
    home: resolve(root, env.POSTERN_HOME || '.postern'),
    inboxHost: env.INBOX_HOST || '127.0.0.1',
    sqsHost: env.SQS_HOST || '127.0.0.1',
    ports: readPorts(env),
    parts: new Set(partNames),
    fresh: false,
    verbose: false,
    watch: false,
    inspect: false,
    logFormat: readLogFormat(env),
    ...part('databaseUrl', readUrl(env, 'DATABASE_URL', ['mysql:', 'mariadb:'])),
    ...part('sqsEndpoint', readHttpVariable(env, 'SQS_ENDPOINT')),
    ...part('smtpUrl', readUrl(env, 'SMTP_URL', ['smtp:', 'smtps:', 'ses:'])),
    ...flags,
  };
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
  for (const name of portNames) {
    const { variable, fallback } = portDefinitions[name];
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

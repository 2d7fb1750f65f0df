import { resolve } from 'node:path';
import { ConfigError, httpUrl, readEnv, readMysqlUrl, tcpPort } from '@postern/runtime/light';
import { z } from 'zod';
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

const LOCALHOST = '127.0.0.1';

const playgroundEnv = {
  POSTERN_HOME: z.string().default('.postern'),
  INBOX_HOST: z.string().default(LOCALHOST),
  SQS_HOST: z.string().default(LOCALHOST),
  LOG_FORMAT: z.enum(['pretty', 'json'], 'expected pretty or json').default('pretty'),
  DATABASE_URL: z.string().superRefine(requireMysql).optional(),
  SQS_ENDPOINT: httpUrl({ path: true, example: 'http://127.0.0.1:9324' }).optional(),
  // The value may carry a password, so it is not repeated.
  SMTP_URL: z
    .string()
    .regex(/^(smtps?|ses):\/\/\S/, 'expected a URL that begins with smtp://, smtps:// or ses://')
    .optional(),
};
const portsEnv = Object.fromEntries(
  Object.values(portDefinitions).map(({ variable, fallback }) => [variable, tcpPort(fallback)]),
);

/** Reads the environment; throws a {@link Fault} with all that is wrong with it. */
export function readOptions(flags: PlaygroundFlags, env: NodeJS.ProcessEnv, root: string): PlaygroundOptions {
  try {
    const { DATABASE_URL, SQS_ENDPOINT, SMTP_URL, ...values } = readEnv(playgroundEnv, env);
    return {
      home: resolve(root, values.POSTERN_HOME),
      inboxHost: values.INBOX_HOST,
      sqsHost: values.SQS_HOST,
      ports: readPorts(env),
      parts: new Set(partNames),
      ...{ fresh: false, verbose: false, watch: false, inspect: false, logFormat: values.LOG_FORMAT },
      ...(DATABASE_URL && { databaseUrl: DATABASE_URL }),
      ...(SQS_ENDPOINT && { sqsEndpoint: SQS_ENDPOINT }),
      ...(SMTP_URL && { smtpUrl: SMTP_URL }),
      ...flags,
    };
  } catch (error) {
    throw error instanceof ConfigError ? new Fault(error.problems.join('\n')) : error;
  }
}

function readPorts(env: NodeJS.ProcessEnv): Ports {
  const values = readEnv(portsEnv, env);
  const ports = portNames.map((name) => [name, values[portDefinitions[name].variable]] as [PortName, number]);
  for (const [index, [name, port]] of ports.entries()) {
    const [other] = ports.slice(0, index).find(([, taken]) => taken === port && port !== 0) ?? [];
    if (other === undefined) continue;
    const [one, two] = [portDefinitions[name].variable, portDefinitions[other].variable];
    throw new Fault(`${one} and ${two} are both ${port}; give one of them another port.`);
  }
  return Object.fromEntries(ports) as Ports;
}

/** Read as the services read it, before anything is started. */
function requireMysql(url: string, context: z.RefinementCtx): void {
  try {
    readMysqlUrl(url);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) context.addIssue(problem.replace('DATABASE_URL: ', ''));
  }
}

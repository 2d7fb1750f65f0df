import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import { runChild } from './run-child.ts';
import { runNamed } from './run-named.ts';
import { openMariadb } from './testing/mariadb.ts';

export const benchFiles: Record<string, string> = {
  start: 'services/bundling/bench/start.ts',
  ready: 'packages/local/bench/ready.ts',
  http: 'services/gateway/bench/main.ts',
  accounts: 'packages/local/bench/accounts.ts',
  drain: 'packages/sqs/bench/consumers.ts',
  database: 'packages/runtime/bench/database.ts',
  pool: 'packages/runtime/bench/pool-size.ts',
  'sign-ups': 'packages/local/bench/sign-ups.ts',
  threads: 'packages/sqs/bench/threads.ts',
  processes: 'services/gateway/bench/processes.ts',
  backlog: 'packages/sqs/bench/backlog.ts',
  queue: 'packages/sqs/bench/main.ts',
  tracing: 'packages/runtime/bench/tracing.ts',
  hash: 'services/gateway/bench/hash.ts',
  mail: 'services/worker/bench/main.ts',
  kills: 'services/worker/bench/kills.ts',
  history: 'services/worker/bench/history.ts',
  console: 'services/worker/bench/console/main.ts',
  growth: 'packages/local/bench/growth.ts',
};

const SUMMARIES = {
  all: 'all from start to backlog, one after the other (--quick, --json)',
  start: 'A start, beside Node.js itself',
  ready: 'A start until it serves, beside a warm database and queue, on TEST_DATABASE_URL',
  http: 'The HTTP gateway, beside other servers',
  accounts: 'A sign-up and its mail, and memory',
  drain: 'Messages a second of a filled queue, against other consumers',
  database: 'Statements, beside mysql2 alone, on TEST_DATABASE_URL',
  pool: 'Statements by the connections of a pool, beside mysql2 alone, on TEST_DATABASE_URL',
  'sign-ups': 'Sign-ups a second by connections to the database, and of two gateways, on TEST_DATABASE_URL',
  threads: 'Handlers that compute: one process, two, and worker threads',
  processes: 'The HTTP gateway as two processes on one port, beside Gin on two cores',
  backlog: 'A million messages that wait, drained: rate and memory of each tenth',
  queue: 'The SQS engine: packing, the delay of a lone message, memory',
  tracing: 'What the places of spans cost without a tracer, and with one',
  hash: "A password hash: CPU and rate, beside Node's own",
  mail: 'Mails a second through the worker',
  console: 'The console with a million mails and 100,000 dead letters, in Chromium (minutes)',
  history: "The console's history of the queues: what its writes and charts cost",
  kills: 'Mails lost and doubled when workers are killed',
  growth: 'Time by size of the tables, rate by replicas, drawn into docs/growth.svg (minutes)',
};

/** What prints one form of table. */
const TABLES = [
  'start',
  'ready',
  'http',
  'accounts',
  'drain',
  'database',
  'pool',
  'sign-ups',
  'threads',
  'processes',
  'backlog',
];
/** Of them, what says nothing without a database server. */
const ON_A_SERVER = new Set(['ready', 'database', 'pool', 'sign-ups']);

/** Runs one of the benchmarks with the Node.js of this process, all of a form without a name; further arguments are the benchmark's own. */
export function bench(args: readonly string[]): Promise<number> {
  const named = args.length === 0 || ['--quick', '--json'].includes(args[0] as string) ? ['all', ...args] : args;
  return runNamed(named, 'bench', SUMMARIES, (name, rest) => {
    if (name === 'all') return all(rest);
    const onServer = ON_A_SERVER.has(name) && !rest.includes('--help');
    return onServer ? withServer((env) => run(name, rest, env)) : run(name, rest);
  });
}

/** Without a database server, those that need none, on SQLite. Ends at the first that fails. */
function all(args: readonly string[]): Promise<number> {
  return withServer(async (env) => {
    for (const name of env.TEST_DATABASE_URL ? TABLES : TABLES.filter((one) => !ON_A_SERVER.has(one))) {
      const code = await run(name, args, env);
      if (code !== 0) return code;
    }
    return 0;
  });
}

/** On a MariaDB of one's own where TEST_DATABASE_URL names no server and there is a program for one. */
async function withServer(work: (env: NodeJS.ProcessEnv) => Promise<number>): Promise<number> {
  const server = await openMariadb(process.env);
  try {
    return await work({ ...process.env, ...(server && { TEST_DATABASE_URL: server.url }) });
  } finally {
    await server?.stop();
  }
}

function run(name: string, args: readonly string[], env = process.env): Promise<number> {
  return runChild(process.execPath, [join(repositoryRoot, benchFiles[name] as string), ...args], {
    cwd: repositoryRoot,
    env,
  });
}

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { benchOptions, benchTable, imageFlags, printTable } from '@postern/runtime/testing';
import { withInherited } from '../src/playground/environment.ts';
import { partNames } from '../src/playground/options.ts';
import { Service } from '../src/playground/service.ts';
import { repositoryRoot, type ServiceName, serviceNames } from '../src/repository.ts';
import { type BenchPlayground, mainOf, startBenchPlayground } from './bench-playground.ts';
import { threadCpu } from './thread-cpu.ts';

const about = `How long a service takes until it serves, one at a time beside a warm database and queue, and what of it is processor time. On the server of
TEST_DATABASE_URL, where the bundles run (services/bundling) if they are there, with the flags of an image, and V8's compile cache filled as there. Linux, whose /proc
says what each thread has used.`;
const { rounds, json } = benchOptions(about, {
  rounds: [15, 'starts of each; they take turns', 1],
  quick: [false, 'one start'],
  json: [false, 'one line of JSON'],
});

const STOP_MS = 10_000;
/** Ports that nobody else has. */
const PORTS = { GATEWAY_PORT: '0', GATEWAY_OPS_PORT: '0', WORKER_OPS_PORT: '0', WORKER_CONSOLE_PORT: '0' };

/** From the process's birth to its word that it serves. */
async function start(main: string, logFile: string, env: NodeJS.ProcessEnv, execArgv: string[] = []) {
  const began = performance.now();
  const service = new Service({ name: 'start', main, logFile, env, execArgv });
  await service.ready;
  const readyMs = performance.now() - began;
  const { pool, rest } = threadCpu(service.pid as number);
  await service.stop(STOP_MS);
  return { 'ready ms': readyMs, 'CPU ms': pool + rest };
}

/** V8's compile cache in a folder of its own, as the image has it; none of a source. */
function filledCache(main: string, folder: string): string {
  if (!main.endsWith('/dist/main.js')) return '';
  const fill = join(repositoryRoot, 'services/bundling/src/fill-compile-cache.mjs');
  const env = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: folder };
  const { status } = spawnSync(process.execPath, [fill, main], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`the compile cache could not be filled (${status})`);
  return folder;
}

function contender({ playground, env }: BenchPlayground, service: ServiceName) {
  const main = mainOf(service);
  const home = playground.home.path;
  const cache = filledCache(main, join(home, `cache-${service}`));
  const own = { ...playground.state.env[service], ...PORTS, DRAIN_DELAY_MS: '0', NODE_COMPILE_CACHE: cache };
  const flags = imageFlags(join(repositoryRoot, 'services', service, 'Dockerfile'));
  return () => start(main, join(home, 'logs', `start-${service}.log`), withInherited(env, own), flags);
}

async function main(): Promise<void> {
  const bench = await startBenchPlayground('ready_bench', partNames);
  try {
    const bare = join(import.meta.dirname, 'ready-at-once.mjs');
    const log = join(bench.playground.home.path, 'logs', 'start-node.log');
    const contenders = {
      'node, at once': () => start(bare, log, { PATH: process.env.PATH }),
      ...Object.fromEntries(serviceNames.map((name) => [name, contender(bench, name)])),
    };
    const plan = { title: 'A start, to ready', rounds, contenders, reference: 'node, at once' };
    printTable(await benchTable({ ...plan, compared: 'CPU ms' }), json);
  } finally {
    await bench.close();
  }
}

await main();

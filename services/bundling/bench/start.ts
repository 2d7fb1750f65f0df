import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchOptions, benchTable, imageFlags, printTable } from '@postern/runtime/testing';

const about = `What a start costs: the bundles run until they have read an environment that lacks everything, beside Node.js itself, and with the flags and the compile
cache that images have. Bundles that are not there are made first (services/bundling).`;
const { rounds, json } = benchOptions(about, {
  rounds: [15, 'starts of each; they take turns', 3],
  quick: [false, 'three starts'],
  json: [false, 'one line of JSON'],
});

const SERVICES = ['gateway', 'worker'] as const;
const folder = join(import.meta.dirname, '../..');
/** Modules of Node.js that each service needs, loaded and not used: the least that a start can cost. */
const NEEDED = "for (const name of ['https', 'crypto', 'zlib', 'perf_hooks']) process.getBuiltinModule(name)";

/** CPU and peak memory of a process of Node.js with these arguments. */
async function start(args: readonly string[], cache?: string): Promise<{ 'CPU ms': number; 'peak MB': number }> {
  const env = { PATH: process.env.PATH ?? '', ...(cache && { NODE_COMPILE_CACHE: cache }) };
  const usage = join(import.meta.dirname, 'report-usage.cjs');
  const child = spawn(process.execPath, ['--require', usage, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await once(child, 'close');
  const [micros, kilobytes] = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as [number, number];
  return { 'CPU ms': micros / 1_000, 'peak MB': kilobytes / 1_024 };
}

function bundleOf(service: string): string {
  const file = join(folder, service, 'dist/main.js');
  if (existsSync(file)) return file;
  const rolldown = join(folder, '../node_modules/rolldown/bin/cli.mjs');
  const args = [rolldown, '-c', join(folder, 'bundling/rolldown.config.ts')];
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
  const { status } = spawnSync(process.execPath, args, { env: { ...process.env, SERVICE: service }, stdio });
  if (status !== 0) throw new Error(`the bundle of the ${service} could not be made (rolldown ended with ${status})`);
  return file;
}

async function main(): Promise<void> {
  const caches = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  try {
    const contenders: Record<string, () => ReturnType<typeof start>> = {
      'node -e 0': () => start(['-e', '0']),
      "Node.js's own modules": () => start(['-e', NEEDED]),
    };
    for (const service of SERVICES) {
      const bundle = bundleOf(service);
      const flags = imageFlags(join(folder, service, 'Dockerfile'));
      contenders[service] = () => start([bundle]);
      // Filled by the round that is not counted.
      contenders[`${service}, as its image`] = () => start([...flags, bundle], join(caches, service));
    }
    const plan = { title: 'A start, to the environment', rounds, contenders };
    printTable(await benchTable({ ...plan, reference: 'node -e 0', compared: 'CPU ms' }), json);
  } finally {
    rmSync(caches, { recursive: true });
  }
}

await main();

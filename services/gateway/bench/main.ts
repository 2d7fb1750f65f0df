import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { benchOptions, benchTable, printTable } from '@postern/runtime/testing';
import { load, REQUESTS } from './load.ts';

const about = `Requests a second of the gateway's HTTP path, beside bare node:http, Express, Fastify and Gin (where Go is present), in one run.
Server and load share this machine: trust the ratios, and on a busy one the processor time.`;
const options = benchOptions(about, {
  seconds: [2, 'length of each measurement', 0.3],
  rounds: [5, 'measurements of each; they take turns, so that a noisy moment hits all', 1],
  connections: ['', 'of the load; 64, then 1000 where it is not given'],
  quick: [false, 'short, and without Gin'],
  json: [false, 'one line of JSON a table'],
});

const KINDS = ['bare', 'express', 'tuned', 'fastify', 'gateway'] as const;
const METHODS = ['GET', 'POST'] as const;

/** A server in a process of its own. */
interface Contender {
  port: number;
  /** Its processor time so far, in microseconds. */
  cpu(): Promise<number>;
  stop(): void;
}

async function startNode(kind: string): Promise<Contender> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind], { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  const cpu = async (): Promise<number> => {
    const answer = once(child, 'message');
    child.send('cpu');
    return ((await answer) as [number])[0];
  };
  return { port, cpu, stop: () => child.disconnect() };
}

/** On one core, as a process of Node.js is. */
async function startGin(program: string, args: string[]): Promise<Contender> {
  const child = spawn(program, args, {
    env: { ...process.env, GOMAXPROCS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => Number((await lines.next()).value);
  const port = await next();
  const cpu = async (): Promise<number> => {
    child.stdin.write('\n');
    return next();
  };
  return { port, cpu, stop: () => child.stdin.end() };
}

/** The program, compiled into `folder`; undefined where there is no Go. */
function buildGin(folder: string): string | undefined {
  if (spawnSync('go', ['version']).error) return undefined;
  const program = join(folder, 'gin');
  const cwd = join(import.meta.dirname, 'gin');
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`Gin could not be built (go ended with ${status})`);
  return program;
}

async function main(): Promise<void> {
  const { quick, rounds } = options;
  const ms = options.seconds * 1_000;
  const widths = options.connections ? [Number(options.connections)] : quick ? [64] : [64, 1_000];
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const running = new Map<string, Contender>();
  try {
    for (const kind of KINDS) running.set(kind, await startNode(kind));
    const gin = quick ? undefined : buildGin(folder);
    if (gin) {
      running.set('gin', await startGin(gin, []));
      running.set('gin, pipeline', await startGin(gin, ['pipeline']));
    }
    for (const connections of widths) {
      for (const method of METHODS) {
        const measure = async ({ port, cpu }: Contender) => {
          const before = await cpu();
          const { perSecond, requests, p99 } = await load({ port, request: REQUESTS[method], connections, ms });
          return { 'CPU us': ((await cpu()) - before) / requests, 'requests/s': perSecond, 'p99 ms': p99 };
        };
        const contenders = Object.fromEntries([...running].map(([who, one]) => [who, () => measure(one)]));
        const title = `${method} of 200 bytes at ${connections} connections`;
        const plan = { title, rounds, reference: 'bare', compared: 'CPU us' as const, contenders };
        printTable(await benchTable(plan), options.json);
      }
    }
  } finally {
    for (const { stop } of running.values()) stop();
    rmSync(folder, { recursive: true });
  }
}

await main();

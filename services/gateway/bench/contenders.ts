import { fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { load, REQUESTS } from './load.ts';

/** A server in a process of its own, or in several. */
export interface Contender {
  port: number;
  /** Its processor time so far, in microseconds. */
  cpu(): Promise<number>;
  stop(): void;
}

/** @param port one that further processes listen on, too, or 0 for the first of them; without it, one of its own */
export async function startNode(kind: string, port?: number): Promise<Contender> {
  const args = port === undefined ? [kind] : [kind, String(port)];
  const child = fork(join(import.meta.dirname, 'server.ts'), args, { execArgv: [] });
  const [opened] = (await once(child, 'message')) as [number];
  const cpu = async (): Promise<number> => {
    const answer = once(child, 'message');
    child.send('cpu');
    return ((await answer) as [number])[0];
  };
  return { port: opened, cpu, stop: () => child.disconnect() };
}

/** Several processes on one port, among which the kernel deals connections out. */
export async function startNodes(kind: string, processes: number): Promise<Contender> {
  const first = await startNode(kind, 0);
  const all = [first];
  while (all.length < processes) all.push(await startNode(kind, first.port));
  return {
    port: first.port,
    cpu: async () => (await Promise.all(all.map((one) => one.cpu()))).reduce((sum, micros) => sum + micros, 0),
    stop: () => {
      for (const one of all) one.stop();
    },
  };
}

/** @param cores one, as a process of Node.js has, or more */
export async function startGin(program: string, args: string[], cores = 1): Promise<Contender> {
  const child = spawn(program, args, {
    env: { ...process.env, GOMAXPROCS: String(cores) },
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
export function buildGin(folder: string): string | undefined {
  if (spawnSync('go', ['version']).error) return undefined;
  const program = join(folder, 'gin');
  const cwd = join(import.meta.dirname, 'gin');
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`Gin could not be built (go ended with ${status})`);
  return program;
}

/** Each contender's measurement under one load. */
export function measurements(
  running: ReadonlyMap<string, Contender>,
  { method, connections, ms }: { method: keyof typeof REQUESTS; connections: number; ms: number },
) {
  const measure = async ({ port, cpu }: Contender) => {
    const before = await cpu();
    const { perSecond, requests, p99 } = await load({ port, request: REQUESTS[method], connections, ms });
    return { 'CPU us': ((await cpu()) - before) / requests, 'requests/s': perSecond, 'p99 ms': p99 };
  };
  return Object.fromEntries([...running].map(([who, one]) => [who, () => measure(one)]));
}

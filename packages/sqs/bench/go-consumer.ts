import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Drained, type DrainOptions, filledQueue, perThousand } from './drain.ts';
import type { BenchServer } from './server.ts';

/** The consumer in Go, compiled into `folder`; undefined where there is no Go. */
export function buildGoConsumer(folder: string): string | undefined {
  if (spawnSync('go', ['version']).error) return undefined;
  const program = join(folder, 'consumer');
  const cwd = join(import.meta.dirname, 'go-consumer');
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`the consumer in Go could not be built (go ended with ${status})`);
  return program;
}

/** As `drain`, by the program in Go, on one core as a process of Node.js is. */
export async function drainByGo(program: string, server: BenchServer, options: DrainOptions): Promise<Drained> {
  const { messages, handlerMs, seconds } = options;
  const { client, requests, queues } = await filledQueue(server, false, messages);
  client.destroy();
  const flags = {
    endpoint: server.endpoint,
    queue: queues.get('bench').url,
    messages,
    'handler-ms': handlerMs,
    seconds,
  };
  const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, GOMAXPROCS: '1' } });
  const counted: { messages: number; requests: number; micros: number; cpuMicros: number } = JSON.parse(stdout);
  const share = counted.messages / messages;
  return {
    messages: counted.messages,
    perSecond: Math.round((counted.messages * 1e6) / counted.micros),
    cpuMicros: Math.round(counted.cpuMicros / counted.messages),
    perThousand: perThousand(requests.total * share + counted.requests, counted.messages),
    // None of its requests carries more than 64 KB.
    billedPerThousand: perThousand(requests.billed * share + counted.requests, counted.messages),
  };
}

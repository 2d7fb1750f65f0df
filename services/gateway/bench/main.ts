import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load, REQUESTS, type Result } from './load.ts';

const HELP = `Requests a second of the gateway's HTTP path, beside bare node:http and Express as it comes, in one run.

  --seconds N      length of each measurement (default 3)
  --rounds N       measurements of each; they take turns, so that a noisy moment hits all (default 3)
  --connections N  (default 64)

Server and load share this machine: trust the ratios, and on a busy one the processor time.
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    help: { type: 'boolean', default: false },
  },
});

const KINDS = ['bare', 'express', 'gateway'] as const;
const METHODS = ['GET', 'POST'] as const;
type Kind = (typeof KINDS)[number];

/** A server of this kind in a process of its own. */
async function start(kind: Kind) {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind], { execArgv: [] });
  const [port] = (await once(child, 'message')) as [number];
  const cpu = async (): Promise<number> => {
    const answer = once(child, 'message');
    child.send('cpu');
    return ((await answer) as [number])[0];
  };
  return { port, cpu, stop: () => child.disconnect() };
}

type Measured = Result & { cpuUs: number };

function medianBy(key: keyof Measured, results: readonly Measured[]): number {
  const sorted = results.map((result) => result[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const rounds = Number(values.rounds);
  const connections = Number(values.connections);
  const ms = Number(values.seconds) * 1_000;
  const running = new Map(await Promise.all(KINDS.map(async (kind) => [kind, await start(kind)] as const)));
  try {
    for (const method of METHODS) {
      const results = new Map<Kind, Measured[]>(KINDS.map((kind) => [kind, []]));
      for (let round = 0; round <= rounds; round++) {
        for (const [kind, { port, cpu }] of running) {
          const before = await cpu();
          const result = await load({ port, request: REQUESTS[method], connections, ms: round === 0 ? 1_000 : ms });
          const cpuUs = ((await cpu()) - before) / result.requests;
          // The first round warms up.
          if (round > 0) results.get(kind)?.push({ ...result, cpuUs });
        }
      }
      print(method, connections, results);
    }
  } finally {
    for (const { stop } of running.values()) stop();
  }
}

function print(method: string, connections: number, results: ReadonlyMap<Kind, Measured[]>): void {
  const title = `${method} at ${connections} connections`;
  process.stdout.write(`\n${title.padEnd(26)} requests/s   of bare   CPU us   p50 ms   p99 ms\n`);
  const top = medianBy('perSecond', results.get('bare') ?? []);
  for (const [kind, list] of results) {
    const rate = medianBy('perSecond', list);
    const cells = [
      rate.toFixed(0).padStart(12),
      `${Math.round((rate / top) * 100)} %`.padStart(9),
      medianBy('cpuUs', list).toFixed(1).padStart(8),
      medianBy('p50', list).toFixed(2).padStart(8),
      medianBy('p99', list).toFixed(2).padStart(8),
    ];
    process.stdout.write(`  ${kind.padEnd(24)}${cells.join(' ')}\n`);
  }
}

await main();

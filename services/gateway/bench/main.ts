import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { load, REQUESTS, type Result } from './load.ts';

const HELP = `Requests a second of the gateway's HTTP path, beside bare node:http and Express as it comes, in one run.

  --seconds N      length of each measurement (default 3)
  --rounds N       measurements of each; they take turns, so that a noisy moment hits all (default 3)
  --connections N  (default 64)

Server and load share this machine: trust the ratios.
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
  return { port, stop: () => child.disconnect() };
}

function median(results: readonly Result[]): Result {
  const sorted = [...results].sort((a, b) => a.perSecond - b.perSecond);
  return sorted[Math.floor(sorted.length / 2)] as Result;
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(HELP);
  const rounds = Number(values.rounds);
  const connections = Number(values.connections);
  const ms = Number(values.seconds) * 1_000;
  const running = new Map(await Promise.all(KINDS.map(async (kind) => [kind, await start(kind)] as const)));
  try {
    for (const method of METHODS) {
      const results = new Map<Kind, Result[]>(KINDS.map((kind) => [kind, []]));
      for (let round = 0; round <= rounds; round++) {
        for (const [kind, { port }] of running) {
          const result = await load({ port, request: REQUESTS[method], connections, ms: round === 0 ? 1_000 : ms });
          // The first round warms up.
          if (round > 0) results.get(kind)?.push(result);
        }
      }
      const top = median(results.get('bare') ?? []).perSecond;
      process.stdout.write(`\n${method} at ${connections} connections   requests/s   of bare   p50 ms   p99 ms\n`);
      for (const [kind, list] of results) {
        const { perSecond, p50, p99 } = median(list);
        const share = `${Math.round((perSecond / top) * 100)} %`;
        process.stdout.write(
          `  ${kind.padEnd(26)} ${perSecond.toFixed(0).padStart(9)} ${share.padStart(9)} ${p50.toFixed(2).padStart(8)} ${p99.toFixed(2).padStart(8)}\n`,
        );
      }
    }
  } finally {
    for (const { stop } of running.values()) stop();
  }
}

await main();

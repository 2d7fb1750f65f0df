import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchOptions, benchTable, printTable } from '@postern/runtime/testing';
import { buildGin, type Contender, measurements, startGin, startNode, startNodes } from './contenders.ts';

const about = `What a second process of the gateway's HTTP path is worth on one port (SO_REUSEPORT), beside Gin with as many cores (where Go is
present). Server and load share this machine: what a request costs is what grows, or not, with the processes; the load takes a core of its own.`;
const options = benchOptions(about, {
  processes: [Math.max(2, availableParallelism()), 'on one port'],
  connections: [64, 'of the load'],
  seconds: [2, 'length of each measurement', 0.3],
  rounds: [5, 'measurements of each; they take turns', 1],
  quick: [false, 'short, and without Gin'],
  json: [false, 'one line of JSON a table'],
});

async function main(): Promise<void> {
  const { processes, connections, rounds, quick, json } = options;
  const ms = options.seconds * 1_000;
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const running = new Map<string, Contender>();
  try {
    running.set('gateway', await startNode('gateway'));
    running.set(`gateway, ${processes} processes`, await startNodes('gateway', processes));
    const gin = quick ? undefined : buildGin(folder);
    if (gin) {
      running.set('gin, pipeline', await startGin(gin, ['pipeline']));
      running.set(`gin, pipeline, ${processes} cores`, await startGin(gin, ['pipeline'], processes));
    }
    for (const method of ['GET', 'POST'] as const) {
      const contenders = measurements(running, { method, connections, ms });
      const title = `${method} of 200 bytes at ${connections} connections`;
      const plan = { title, rounds, reference: 'gateway', compared: 'requests/s' as const, contenders };
      printTable(await benchTable(plan), json);
    }
  } finally {
    for (const { stop } of running.values()) stop();
    rmSync(folder, { recursive: true });
  }
}

await main();

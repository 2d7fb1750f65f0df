import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchOptions, benchTable, printTable } from '@postern/runtime/testing';
import { buildGin, type Contender, measurements, startGin, startNode } from './contenders.ts';

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
        const contenders = measurements(running, { method, connections, ms });
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

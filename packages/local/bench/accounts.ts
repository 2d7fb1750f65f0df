import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchOptions, benchTable, printTable, until } from '@postern/runtime/testing';
import { partNames } from '../src/playground/options.ts';
import type { Playground } from '../src/playground/playground.ts';
import { repositoryRoot, type ServiceName } from '../src/repository.ts';
import { startBenchPlayground } from './bench-playground.ts';
import { signUp } from './sign-up.ts';
import { printLatency } from './sign-up-latency.ts';
import { threadCpu } from './thread-cpu.ts';

const about = `What a sign-up costs the gateway beside its hash, and its mail the worker, and how long both take; and what both hold, idle and after it. On the
server of TEST_DATABASE_URL, where the bundles run (services/bundling) if they are there; or on SQLite, where the sources run. On TEST_SQS_ENDPOINT or
fauxqs. Linux, whose /proc says what each thread has used.`;
const {
  rounds,
  signUps: count,
  atOnce,
  perSecond,
  quick,
  json,
} = benchOptions(about, {
  rounds: [5, 'measurements', 1],
  signUps: [200, 'sign-ups a measurement', 20],
  atOnce: [4, 'sign-ups at once'],
  perSecond: [20, 'sign-ups a second where it is their time that is measured'],
  quick: [false, 'short, without the memory of a minute later'],
  json: [false, 'one line of JSON a table'],
});

const LIMIT_MS = 60_000;
const LATER_MS = 60_000;
/** Within it the worker has written down what its provider took. */
const WRITTEN_MS = 500;
/** Within it a process without work has given back what its start left. */
const SETTLED_MS = 12_000;

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** A mail server, and when it accepted the mail to whom. */
async function startSink(): Promise<{ url: string; accepted: ReadonlyMap<string, number>; stop(): void }> {
  const child = fork(join(repositoryRoot, 'services/worker/bench/smtp-sink.ts'), ['report']);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const accepted = new Map<string, number>();
  child.on('message', ({ recipient, at }: { recipient: string; at: number }) => accepted.set(recipient, at));
  return { url: `smtp://127.0.0.1:${port}?tls=off`, accepted, stop: () => child.disconnect() };
}

/** Of the threads of both services, for one sign-up and its mail. */
interface Cost {
  hash: number;
  rest: number;
  worker: number;
}

interface Surroundings {
  playground: Playground;
  /** An idle Node.js, to compare with. */
  node: number;
  accepted: ReadonlyMap<string, number>;
}

async function measure({ playground, node, accepted }: Surroundings): Promise<void> {
  const { gateway, gateway_ops: gatewayOps } = playground.state.urls;
  if (!gateway || !gatewayOps) throw new Error('the playground runs no gateway');
  const pids = Object.fromEntries(playground.processes.map(({ name, pid }) => [name, pid])) as Record<
    ServiceName,
    number
  >;
  const round = async (): Promise<Cost> => {
    const mails = accepted.size;
    const [before, beforeWorker] = [threadCpu(pids.gateway), threadCpu(pids.worker)];
    let left = count;
    const lane = async () => {
      while (left-- > 0) await signUp(gateway);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const after = threadCpu(pids.gateway);
    // By the mail server, and not by the worker's metrics: each look at those costs it as much as a mail, and there were fifty a second.
    await until(() => accepted.size >= mails + count, LIMIT_MS, 'the mails');
    await sleep(WRITTEN_MS);
    const used = threadCpu(pids.worker);
    const workerMs = used.pool + used.rest - beforeWorker.pool - beforeWorker.rest;
    return {
      hash: (after.pool - before.pool) / count,
      rest: (after.rest - before.rest) / count,
      worker: workerMs / count,
    };
  };
  const memory = (when: string) => printMemory(when, { 'node, idle': node, ...pids });
  if (!quick) await sleep(SETTLED_MS);
  await memory('idle');
  // One measurement gives all rows.
  let cost: Cost = { hash: 0, rest: 0, worker: 0 };
  const contenders = {
    'the hash (libuv pool)': async () => {
      cost = await round();
      return { 'CPU ms': cost.hash };
    },
    'gateway beside the hash': async () => ({ 'CPU ms': cost.rest }),
    'gateway, all': async () => ({ 'CPU ms': cost.hash + cost.rest }),
    'worker, its mail': async () => ({ 'CPU ms': cost.worker }),
  };
  const plan = { title: `One of ${count} sign-ups`, rounds, contenders };
  const table = await benchTable({ ...plan, reference: 'the hash (libuv pool)', compared: 'CPU ms' });
  printTable(table, json);
  await printLatency({
    ...{ gatewayOps, accepted, json, count, perSecond },
    signUp: () => signUp(gateway),
    hashMs: table.rows[0]?.columns['CPU ms']?.median ?? Number.NaN,
  });
  await memory(`after ${count * (rounds + 2)} sign-ups`);
  if (quick) return;
  await sleep(LATER_MS);
  await memory('a minute later');
}

async function printMemory(when: string, pids: Readonly<Record<string, number>>): Promise<void> {
  const contenders = Object.fromEntries(
    Object.entries(pids).map(([who, pid]) => [who, async () => ({ 'resident MB': residentMb(pid) })]),
  );
  const plan = { title: `Memory ${when}`, rounds: 1, contenders };
  printTable(await benchTable({ ...plan, reference: 'node, idle', compared: 'resident MB' }), json);
}

async function main(): Promise<void> {
  const sink = await startSink();
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    const bench = await startBenchPlayground('accounts_bench', partNames, sink.url);
    try {
      await measure({ playground: bench.playground, node: node.pid as number, accepted: sink.accepted });
    } finally {
      await bench.close();
    }
  } finally {
    sink.stop();
    node.kill();
  }
}

await main();

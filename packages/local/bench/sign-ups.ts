import { join } from 'node:path';
import { benchOptions, benchTable, measured, printTable } from '@postern/runtime/testing';
import { withInherited } from '../src/playground/environment.ts';
import { Service } from '../src/playground/service.ts';
import { type BenchPlayground, mainOf, startBenchPlayground } from './bench-playground.ts';
import { signUp } from './sign-up.ts';
import { threadCpu } from './thread-cpu.ts';

const about = `Sign-ups a second by the connections that a gateway has to its database, and of two gateways instead of one. No worker runs beside them. On the
server of TEST_DATABASE_URL, where the bundle runs (services/bundling) if it is there. Linux, whose /proc says what each thread has used.`;
const options = benchOptions(about, {
  connections: ['2,5,10,20', 'of the gateways (2,5,10,20)', '10'],
  atOnce: ['20,100', 'sign-ups at once, a table for each number (20,100)', '20'],
  signUps: [120, 'a measurement', 20],
  rounds: [3, 'measurements of each; they take turns', 1],
  quick: [false, 'short'],
  json: [false, 'one line of JSON a table'],
});

/** What is set where nobody sets it. */
const DEFAULT_SIZE = 10;
const STOP_MS = 3_000;

interface Gateway {
  url: string;
  pid: number;
  service: Service;
}

const numbers = (list: string) => list.split(',').map(Number);

/** Another gateway beside the playground's own, on its database and its queue. */
async function startGateway({ playground, env }: BenchPlayground, name: string, connections: number): Promise<Gateway> {
  const own = { DATABASE_POOL_SIZE: String(connections), GATEWAY_PORT: '0', GATEWAY_OPS_PORT: '0' };
  const service = new Service({
    ...{ name, main: mainOf('gateway'), logFile: join(playground.home.path, 'logs', `${name}.log`) },
    env: withInherited(env, { ...playground.state.env.gateway, ...own }),
  });
  const { http } = await service.ready;
  return { url: `http://127.0.0.1:${http}`, pid: service.pid as number, service };
}

function cpuOf(gateways: readonly Gateway[]): number {
  return gateways.reduce((sum, { pid }) => {
    const { pool, rest } = threadCpu(pid);
    return sum + pool + rest;
  }, 0);
}

async function measure(gateways: readonly Gateway[], atOnce: number) {
  const { signUps: count } = options;
  const times: number[] = [];
  const before = cpuOf(gateways);
  const { perSecond } = await measured(count, atOnce, async (n) => {
    const began = performance.now();
    await signUp(gateways[n % gateways.length]?.url as string);
    times.push(performance.now() - began);
  });
  times.sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  return { 'sign-ups/s': perSecond, 'CPU ms': (cpuOf(gateways) - before) / count, 'p99 ms': p99 };
}

async function main(): Promise<void> {
  const bench = await startBenchPlayground('sign_ups_bench', ['sqs', 'gateway']);
  const teams: Record<string, Gateway[]> = {};
  try {
    const sizes = numbers(options.connections);
    for (const size of sizes) {
      teams[`${size} connections`] = [await startGateway(bench, `gateway-${size}`, size)];
    }
    teams[`two gateways, ${DEFAULT_SIZE} each`] = [
      await startGateway(bench, 'gateway-first', DEFAULT_SIZE),
      await startGateway(bench, 'gateway-second', DEFAULT_SIZE),
    ];
    const reference = `${sizes.includes(DEFAULT_SIZE) ? DEFAULT_SIZE : sizes[0]} connections`;
    for (const atOnce of numbers(options.atOnce)) {
      const contenders = Object.fromEntries(
        Object.entries(teams).map(([who, gateways]) => [who, () => measure(gateways, atOnce)]),
      );
      const plan = { title: `Sign-ups, ${atOnce} at once`, rounds: options.rounds, reference, contenders };
      printTable(await benchTable({ ...plan, compared: 'sign-ups/s' }), options.json);
    }
  } finally {
    await Promise.all(
      Object.values(teams)
        .flat()
        .map(({ service }) => service.stop(STOP_MS)),
    );
    await bench.close();
  }
}

await main();

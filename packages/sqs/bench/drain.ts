import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ConsumerPlan, Report } from './consumer-process.ts';
import type { Contender } from './contenders.ts';
import { filledQueue } from './filled-queue.ts';
import type { BenchServer } from './server.ts';

export interface Drained {
  perSecond: number;
  /** A message, of the consumer's process alone. */
  cpuMicros: number;
  /** Requests for sending, receiving and deleting, those at the end that found nothing included. */
  perThousand: number;
  billedPerThousand: number;
}

/** The first queue that a process empties, whose code has never run before, and the next one. */
export interface ColdAndWarm {
  cold: Drained;
  warm: Drained;
}

export type DrainOptions = Pick<ConsumerPlan, 'messages' | 'handlerMs' | 'seconds' | 'inFlight'>;

/** Fills two queues, then measures one consumer, in a process of its own, that empties one after the other. */
export async function drain(server: BenchServer, contender: Contender, options: DrainOptions): Promise<ColdAndWarm> {
  return measured(server, contender.frames, options, async (prefixes) => {
    const plan: ConsumerPlan = { ...options, contender: contender.name, endpoint: server.endpoint, prefixes };
    const child = fork(join(import.meta.dirname, 'consumer-process.ts'), [JSON.stringify(plan)]);
    const [reports] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`${contender.name} ended with ${code}`))),
    ])) as [Report[]];
    return reports;
  });
}

/** The same by the program in Go, on one core as a process of Node.js is. */
export async function drainByGo(program: string, server: BenchServer, options: DrainOptions): Promise<ColdAndWarm> {
  return measured(server, false, options, async (_prefixes, urls) => {
    const { messages, handlerMs, seconds, inFlight } = options;
    const flags = {
      ...{ endpoint: server.endpoint, queues: urls.join(','), messages, seconds },
      ...{ 'handler-ms': handlerMs, 'in-flight': inFlight },
    };
    const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
    const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, GOMAXPROCS: '1' } });
    const reports: Omit<Report, 'billed'>[] = JSON.parse(stdout);
    // None of its requests carries more than 64 KB.
    return reports.map((report) => ({ ...report, billed: report.requests }));
  });
}

async function measured(
  server: BenchServer,
  frames: boolean,
  { messages }: DrainOptions,
  run: (prefixes: string[], urls: string[]) => Promise<Report[]>,
): Promise<ColdAndWarm> {
  const filled = [await filledQueue(server, frames, messages), await filledQueue(server, frames, messages)];
  for (const { client } of filled) client.destroy();
  const reports = await run(
    filled.map(({ prefix }) => prefix),
    filled.map(({ queues }) => queues.get('bench').url),
  );
  const [cold, warm] = reports.map((report, index) => {
    const sent = filled[index]?.requests ?? { total: 0, billed: 0 };
    // What was sent but not drained in time has its part of the sends taken off.
    const share = report.messages / messages;
    return {
      perSecond: (report.messages * 1e6) / report.micros,
      cpuMicros: report.cpuMicros / report.messages,
      perThousand: perThousand(sent.total * share + report.requests, report.messages),
      billedPerThousand: perThousand(sent.billed * share + report.billed, report.messages),
    };
  });
  if (!cold || !warm) throw new Error('a consumer reported fewer than two queues');
  return { cold, warm };
}

function perThousand(requests: number, messages: number): number {
  return Math.round((requests * 10_000) / messages) / 10;
}

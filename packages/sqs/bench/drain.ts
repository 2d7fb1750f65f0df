import { setTimeout as delay } from 'node:timers/promises';
import { openQueues, SqsSender } from '../src/index.ts';
import type { Contender } from './contenders.ts';
import { countedClient, type Requests } from './counted-client.ts';
import { sampleMessage } from './sample.ts';
import type { BenchServer } from './server.ts';

export interface Drained {
  messages: number;
  perSecond: number;
  cpuMicros: number;
  /** Requests for sending, receiving and deleting, an unmeasured idle poll at the end included. */
  perThousand: number;
  billedPerThousand: number;
}

export interface DrainOptions {
  messages: number;
  handlerMs: number;
  seconds: number;
}

let round = 0;

/**
 * Fills a fresh queue, then measures one consumer draining it, for `seconds` at most. CPU is this process's, which holds the
 * consumer alone: the server has its own.
 */
export async function drain(server: BenchServer, contender: Contender, options: DrainOptions): Promise<Drained> {
  const { messages, handlerMs, seconds } = options;
  const { client, api, requests, queues } = await filledQueue(server, contender.frames, messages);
  const sending = { ...requests };
  const over = Promise.withResolvers<void>();
  let handled = 0;
  let began = 0;
  let ended = 0;
  const cpu = process.cpuUsage();
  let used = 0;
  const running = contender.start(
    client,
    queues,
    async () => {
      if (began === 0) began = performance.now();
      if (handlerMs > 0) await delay(handlerMs);
      handled += 1;
      ended = performance.now();
      if (handled === messages) {
        const { user, system } = process.cpuUsage(cpu);
        used = user + system;
        over.resolve();
      }
    },
    api,
  );
  await Promise.race([over.promise, delay(seconds * 1_000)]);
  if (used === 0) {
    const { user, system } = process.cpuUsage(cpu);
    used = user + system;
  }
  const counted = handled;
  const took = ended - began;
  await running.stop();
  client.destroy();
  // What was sent but not drained in time has its part of the sends taken off.
  const share = handled / messages;
  return {
    messages: counted,
    perSecond: Math.round((counted * 1_000) / took),
    cpuMicros: Math.round(used / counted),
    perThousand: perThousand(sending.total * share + requests.total - sending.total, handled),
    billedPerThousand: perThousand(sending.billed * share + requests.billed - sending.billed, handled),
  };
}

/** A queue of its own with so many messages in it, and the client, whose requests for sending them are counted. */
export async function filledQueue(server: BenchServer, frames: boolean, messages: number) {
  const { client, api, requests } = countedClient(server.endpoint);
  round += 1;
  const prefix = `bench${process.pid}-${round}-`;
  const queues = await openQueues(client, { prefix, names: ['bench'], create: true });
  reset(requests);
  const sender = new SqsSender(api, queues, { frames, maxConcurrent: 8 });
  for (let sent = 0; sent < messages; sent += 5_000) {
    const part = Math.min(5_000, messages - sent);
    await Promise.all(Array.from({ length: part }, (_, n) => sender.send('bench', sampleMessage(sent + n))));
  }
  return { client, api, requests, queues, prefix };
}

export function perThousand(requests: number, messages: number): number {
  return Math.round((requests * 10_000) / messages) / 10;
}

function reset(requests: Requests): void {
  requests.byCall = {};
  requests.total = 0;
  requests.billed = 0;
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { benchOptions, benchTable, measured, printTable, until } from '@postern/runtime/testing';
import { compute } from './compute.ts';
import type { Order, Progress } from './compute-consumer.ts';
import { filledQueue } from './filled-queue.ts';
import { sampleMessage } from './sample.ts';
import { type BenchServer, benchServers } from './server.ts';

const about = `Handlers that compute instead of waiting: messages a second of one process, of two, and of one that hands them to two threads
(worker_threads), beside the same computation without a queue.`;
const options = benchOptions(about, {
  times: [
    '10,120',
    'how often a handler reads, hashes and writes its message, a table for each (10,120: about 0.1 and 1 ms)',
    '10',
  ],
  seconds: [1.5, 'about how long one process computes in a measurement', 0.1],
  rounds: [5, 'measurements of each; they take turns', 1],
  quick: [false, 'short'],
  json: [false, 'one line of JSON a table'],
});

const LIMIT_MS = 120_000;
/** About what one computation takes, in microseconds: how many messages there are follows from it. */
const ONE_US = 9;

type Row = Record<string, number>;

/** What the process says next. @throws when it ends instead */
async function answerOf(child: ChildProcess): Promise<Progress> {
  const heard = new AbortController();
  const { signal } = heard;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a consumer ended with ${code}`);
  });
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer;
  } finally {
    heard.abort();
  }
}

function ask(child: ChildProcess, order: Order): Promise<Progress> {
  const answer = answerOf(child);
  child.send(order);
  return answer;
}

async function start(endpoint: string, threads: number): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'compute-consumer.ts'), [endpoint, String(threads)]);
  await answerOf(child);
  return child;
}

async function drained(
  server: BenchServer,
  children: readonly ChildProcess[],
  { messages, times }: { messages: number; times: number },
): Promise<Row> {
  const { client, prefix } = await filledQueue(server, false, messages);
  client.destroy();
  const all = (order: Order) => Promise.all(children.map((child) => ask(child, order)));
  const sum = (values: readonly Progress[], of: 'handled' | 'cpuMicros') =>
    values.reduce((total, one) => total + one[of], 0);
  await all({ consume: prefix, times });
  await until(async () => sum(await all('progress'), 'handled') >= messages, LIMIT_MS, 'the messages');
  const ends = await all('end');
  // A process that got none has begun with none.
  const worked = ends.filter(({ handled }) => handled > 0);
  const tookMs = Math.max(...worked.map(({ ended }) => ended)) - Math.min(...worked.map(({ began }) => began));
  return {
    'messages/s': (messages * 1_000) / tookMs,
    'CPU us': sum(ends, 'cpuMicros') / messages,
    'loop p99 ms': Math.max(...ends.map(({ loopP99 }) => loopP99)),
  };
}

async function main(): Promise<void> {
  const { rounds, json } = options;
  const [server] = await benchServers();
  if (!server) throw new Error('there is no server to measure on');
  const teams: Record<string, ChildProcess[]> = {};
  try {
    teams['one process'] = [await start(server.endpoint, 0)];
    teams['two processes'] = [await start(server.endpoint, 0), await start(server.endpoint, 0)];
    teams['one process, two threads'] = [await start(server.endpoint, 2)];
    const { body } = sampleMessage(0);
    for (const times of options.times.split(',').map(Number)) {
      const messages = Math.ceil((options.seconds * 1e6) / (times * ONE_US));
      const alone = async (): Promise<Row> => {
        const { cpuUs, perSecond } = await measured(messages, 1, async () => compute(body, times));
        return { 'messages/s': perSecond, 'CPU us': cpuUs };
      };
      const contenders: Record<string, () => Promise<Row>> = { 'the computation alone': alone };
      for (const [who, children] of Object.entries(teams)) {
        contenders[who] = () => drained(server, children, { messages, times });
      }
      const title = `Handlers that compute (${times} times)`;
      const plan = { title, rounds, reference: 'one process', compared: 'messages/s', contenders };
      printTable(await benchTable(plan), json);
    }
  } finally {
    for (const child of Object.values(teams).flat()) if (child.connected) child.disconnect();
    server.stop();
  }
}

await main();

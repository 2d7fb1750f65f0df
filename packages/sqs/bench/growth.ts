import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@postern/runtime';
import { createSqsClient, openQueues, QueueConsumer } from '../src/index.ts';
import { filledQueue } from './filled-queue.ts';
import { benchServers } from './server.ts';

/** Messages a second of 1 to 8 replicas, each a process, whose handlers wait; one line of JSON. */
const REPLICAS = [1, 2, 4, 8];
const HANDLER_MS = 50;
/** What it is by default. */
const CONCURRENCY = 100;
/** Within it every replica has come to its pace. */
const WARM_MS = 1_000;
const MEASURED_MS = 3_000;
/** More than a replica can handle in that time and keep waiting. */
const EACH = ((WARM_MS + MEASURED_MS + 2_000) * CONCURRENCY) / HANDLER_MS;

/** Run with arguments this file is a replica: it says when it is ready, and how many it has handled whenever it is asked. */
async function replica(endpoint: string, prefix: string): Promise<void> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = createSqsClient({ region: 'us-east-1', endpoint, credentials });
  const queues = await openQueues(client, { prefix, names: ['bench'], create: false });
  let handled = 0;
  const consumer = new QueueConsumer(client, queues, {
    ...{ queue: 'bench', concurrency: CONCURRENCY, pollWaitSeconds: 1 },
    logger: createLogger({ service: 'bench', version: 'test', level: 'error' }),
    handler: async () => {
      await delay(HANDLER_MS);
      handled += 1;
    },
  });
  consumer.start();
  process.on('message', () => process.send?.(handled));
  process.once('disconnect', () => process.exit(0));
  process.send?.(handled);
}

async function measure(replicas: number): Promise<[number, number]> {
  const [server] = await benchServers();
  if (!server) throw new Error('there is no server to measure on');
  const { client, prefix } = await filledQueue(server, false, replicas * EACH);
  const children = Array.from({ length: replicas }, () => fork(import.meta.filename, [server.endpoint, prefix]));
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const handled = async (): Promise<number> => {
      const counts = children.map(async (child) => {
        const answer = once(child, 'message');
        child.send('count');
        return ((await answer) as [number])[0];
      });
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    };
    await delay(WARM_MS);
    const before = await handled();
    const began = performance.now();
    await delay(MEASURED_MS);
    return [replicas, ((await handled()) - before) / ((performance.now() - began) / 1_000)];
  } finally {
    for (const child of children) child.disconnect();
    client.destroy();
    server.stop();
  }
}

const [endpoint, prefix] = process.argv.slice(2);
if (endpoint !== undefined && prefix !== undefined) await replica(endpoint, prefix);
else {
  const rates: [number, number][] = [];
  for (const replicas of REPLICAS) rates.push(await measure(replicas));
  const series = {
    measured: rates,
    'by their handlers alone': REPLICAS.map((n) => [n, (n * CONCURRENCY * 1_000) / HANDLER_MS]),
  };
  process.stdout.write(`${JSON.stringify({ title: 'Replicas', x: 'replicas', y: 'messages/s', series })}\n`);
}

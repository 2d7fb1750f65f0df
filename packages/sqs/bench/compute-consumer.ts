import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { createLogger } from '@postern/runtime';
import { openQueues, QueueConsumer } from '../src/index.ts';
import { compute } from './compute.ts';
import { ComputeThreads } from './compute-threads.ts';
import { countedClient } from './counted-client.ts';

/** What the process is told: a queue to consume, or nothing, when it says how far it is; and that it is over. */
export type Order = { consume: string; times: number } | 'progress' | 'end';

export interface Progress {
  handled: number;
  /** When the first handler began and the last one ended, in milliseconds by a clock that processes of a machine share. */
  began: number;
  ended: number;
  /** Of the process with all its threads, since it began to consume. */
  cpuMicros: number;
  /** How late the event loop was, 99th percentile in milliseconds. */
  loopP99: number;
}

const CONCURRENCY = 20;
/** Few, so that two processes end at about the same time. */
const PREFETCH = 50;

const now = () => performance.timeOrigin + performance.now();

/** Forked, this file is a consumer whose handlers compute, on as many threads as it is given: without any, on its own. */
if (import.meta.main) {
  const [, , endpoint = '', threadCount = '0'] = process.argv;
  const { client, api } = countedClient(endpoint);
  const threads = Number(threadCount) > 0 ? new ComputeThreads(Number(threadCount)) : undefined;
  const logger = createLogger({ service: 'bench', version: 'test', level: 'error' });
  let consumer: QueueConsumer | undefined;
  let loop: ELDHistogram | undefined;
  let cpu = process.cpuUsage();
  let [handled, began, ended] = [0, 0, 0];

  const consume = async (prefix: string, times: number): Promise<void> => {
    const queues = await openQueues(client, { prefix, names: ['bench'], create: false });
    [handled, began, ended] = [0, 0, 0];
    loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    cpu = process.cpuUsage();
    consumer = new QueueConsumer(api, queues, {
      ...{ queue: 'bench', concurrency: CONCURRENCY, prefetch: PREFETCH, maxPollers: 4, pollWaitSeconds: 1, logger },
      handler: async ({ body }) => {
        if (began === 0) began = now();
        if (threads) await threads.compute(body, times);
        else compute(body, times);
        handled += 1;
        ended = now();
      },
    });
    consumer.start();
  };

  const progress = (): Progress => {
    const { user, system } = process.cpuUsage(cpu);
    return { handled, began, ended, cpuMicros: user + system, loopP99: (loop?.percentile(99) ?? 0) / 1e6 };
  };

  process.on('message', async (order: Order) => {
    if (order === 'end') {
      await consumer?.stop({ deadlineMs: 3_000 });
      loop?.disable();
    } else if (order !== 'progress') await consume(order.consume, order.times);
    process.send?.(progress());
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.(progress());
}

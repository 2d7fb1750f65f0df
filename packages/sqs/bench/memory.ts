import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openQueues, SqsSender } from '../src/index.ts';
import { OURS_FRAMED } from './contenders.ts';
import { countedClient } from './counted-client.ts';
import { sampleMessage } from './sample.ts';
import type { BenchServer } from './server.ts';

/** Megabytes of live heap after each tenth of `messages` sent and consumed at once. */
export async function memoryOver(server: BenchServer, messages: number): Promise<number[]> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { client, api } = countedClient(server.endpoint);
  const prefix = `bench${process.pid}-memory-`;
  const queues = await openQueues(client, { prefix, names: ['bench'], create: true });
  const sender = new SqsSender(api, queues);
  let handled = 0;
  let wake = () => {};
  const running = OURS_FRAMED.start(
    client,
    queues,
    async () => {
      handled += 1;
      wake();
    },
    api,
  );
  const heap: number[] = [];
  const part = messages / 10;
  for (let tenth = 1; tenth <= 10; tenth++) {
    for (let sent = 0; sent < part; sent += 5_000) {
      const count = Math.min(5_000, part - sent);
      await Promise.all(Array.from({ length: count }, (_, n) => sender.send('bench', sampleMessage(n))));
    }
    while (handled < tenth * part) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    collect();
    heap.push(Math.round((process.memoryUsage().heapUsed / 1_048_576) * 10) / 10);
  }
  await running.stop();
  client.destroy();
  return heap;
}

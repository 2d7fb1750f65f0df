import { openQueues, SqsSender } from '../src/index.ts';
import { countedClient, type Requests } from './counted-client.ts';
import { sampleMessage } from './sample.ts';
import type { BenchServer } from './server.ts';

let round = 0;

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

function reset(requests: Requests): void {
  requests.byCall = {};
  requests.total = 0;
  requests.billed = 0;
}

import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { openQueues, SqsSender } from '../src/index.ts';
import { BARE, OURS } from './contenders.ts';
import { countedClient } from './counted-client.ts';
import { sampleMessage } from './sample.ts';
import type { BenchServer } from './server.ts';

export interface Latency {
  p50: number;
  p99: number;
}

/**
 * Milliseconds from the call that sends a lone message to its handler, with a consumer that waits: ours beside the SDK's own calls,
 * turn by turn, so that what else the machine does hits both.
 */
export async function loneLatency(server: BenchServer, count: number): Promise<{ bare: Latency; ours: Latency }> {
  const bare = await side(server, 'bare');
  const ours = await side(server, 'ours');
  const times: { bare: number[]; ours: number[] } = { bare: [], ours: [] };
  for (let n = -20; n < count; n++) {
    for (const [name, one] of [
      ['bare', bare],
      ['ours', ours],
    ] as const) {
      const took = await one.roundTrip(n);
      // The first ones warm up.
      if (n >= 0) times[name].push(took);
    }
  }
  await bare.stop();
  await ours.stop();
  return { bare: percentiles(times.bare), ours: percentiles(times.ours) };
}

async function side(server: BenchServer, name: 'bare' | 'ours') {
  const { client, api } = countedClient(server.endpoint);
  const prefix = `bench${process.pid}-lone-${name}-`;
  const queues = await openQueues(client, { prefix, names: ['bench'], create: true });
  const sender = new SqsSender(api, queues);
  let arrived = Promise.withResolvers<number>();
  const running = (name === 'bare' ? BARE : OURS).start(
    client,
    queues,
    async () => arrived.resolve(performance.now()),
    api,
  );
  const QueueUrl = queues.get('bench').url;
  return {
    async roundTrip(n: number): Promise<number> {
      const message = sampleMessage(n + 20);
      arrived = Promise.withResolvers<number>();
      const began = performance.now();
      if (name === 'ours') await sender.send('bench', message);
      else await client.send(new SendMessageCommand({ QueueUrl, MessageBody: message.body }));
      const took = (await arrived.promise) - began;
      // Lets the consumer get back to its poll.
      await new Promise((resolve) => setTimeout(resolve, 30));
      return took;
    },
    async stop() {
      await running.stop();
      client.destroy();
    },
  };
}

function percentiles(times: number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) => Math.round((sorted[Math.floor(sorted.length * part)] as number) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99) };
}

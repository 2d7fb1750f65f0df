import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { benchOptions, benchTable, printTable } from '@postern/runtime/testing';
import type { BacklogPlan, Tenth } from './backlog-consumer.ts';
import { filledQueue } from './filled-queue.ts';
import { type BenchServer, benchServers } from './server.ts';

const about = `A backlog that is filled first and then drained by one process of its own with 200 handlers, tenth by tenth: rate, processor time and
memory of the consumer, which should not depend on how much still waits. The server holds all of it in memory: a million plain messages are about 2 GB.`;
const options = benchOptions(about, {
  framed: [1_000_000, 'messages in frames, 0 for none', 20_000],
  plain: [100_000, 'messages that are sent one by one, 0 for none', 2_000],
  rounds: [1, 'backlogs of each'],
  quick: [false, 'short'],
  json: [false, 'one line of JSON a table'],
});

const NAMES = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th', '8th', '9th', '10th'].map((nth) => `${nth} tenth`);

async function drained(server: BenchServer, frames: boolean, messages: number): Promise<Tenth[]> {
  const { client, prefix } = await filledQueue(server, frames, messages);
  client.destroy();
  const plan: BacklogPlan = { endpoint: server.endpoint, prefix, messages };
  const child = fork(join(import.meta.dirname, 'backlog-consumer.ts'), [JSON.stringify(plan)]);
  const [tenths] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the consumer ended with ${code}`))),
  ])) as [Tenth[]];
  return tenths;
}

async function print(server: BenchServer, { frames, messages }: { frames: boolean; messages: number }): Promise<void> {
  // The first row's measurement gives all of them.
  let tenths: Tenth[] = [];
  const row = (n: number) => {
    const { ms, cpuMicros, residentMb } = tenths[n] as Tenth;
    const each = messages / 10;
    return { 'messages/s': (each * 1_000) / ms, 'CPU us': cpuMicros / each, 'resident MB': residentMb };
  };
  const contenders = Object.fromEntries(
    NAMES.map((name, n) => [
      name,
      async () => {
        if (n === 0) tenths = await drained(server, frames, messages);
        return row(n);
      },
    ]),
  );
  const title = `${server.name}: a backlog of ${messages} messages${frames ? ' in frames' : ''}`;
  const plan = { title, rounds: options.rounds, contenders, warmUp: false };
  printTable(await benchTable({ ...plan, reference: '2nd tenth', compared: 'messages/s' as const }), options.json);
}

async function main(): Promise<void> {
  const { framed, plain } = options;
  for (const server of await benchServers()) {
    try {
      for (const [frames, count] of [
        [true, framed],
        [false, plain],
      ] as const) {
        const messages = Math.floor(count / 10) * 10;
        if (messages > 0) await print(server, { frames, messages });
      }
    } finally {
      server.stop();
    }
  }
}

await main();

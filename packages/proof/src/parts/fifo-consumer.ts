import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { MemoryLogger } from '@postern/runtime';
import { createSqsClient, openQueues, QueueConsumer } from '@postern/sqs';

/** A consumer of a FIFO queue that writes down what it has done, in a process of its own: it is there to be killed. */
const [endpoint = '', path = '', seed = '', failing = ''] = process.argv.slice(2);
const credentials = { accessKeyId: 'proof', secretAccessKey: 'proof' };
const client = createSqsClient({ region: 'us-east-1', endpoint, credentials });
const queues = await openQueues(client, { prefix: 'proof-', names: ['orders.fifo'], create: false });

/** The same for each attempt at one message, whoever makes it. */
function fails(id: string, attempt: number): boolean {
  const drawn = createHash('sha256').update(`${seed}/${id}/${attempt}`).digest().readUInt32BE();
  return drawn / 2 ** 32 < Number(failing);
}

const consumer = new QueueConsumer(client, queues, {
  queue: 'orders.fifo',
  handler: async ({ id, attempt }) => {
    await pause(5);
    if (fails(id, attempt)) throw new Error('as drawn');
    appendFileSync(path, `${id}\n`);
  },
  retry: { attempts: 20, baseMs: 1_000, ceilingMs: 1_000 },
  pollWaitSeconds: 1,
  logger: new MemoryLogger(),
});
consumer.start();
process.send?.('consuming');

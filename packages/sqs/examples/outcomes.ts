/** A consumer, and what becomes of a message by how its handler ends: done, tried again, or a dead letter at once. */
import { MemoryLogger, newId } from '@postern/runtime';
import { DeadLetters, openQueues, PermanentError, QueueConsumer, SqsSender } from '@postern/sqs';
import { testSqs } from '@postern/sqs/testing';

const { client, prefix, close } = await testSqs();
const queues = await openQueues(client, { prefix, names: ['orders'], create: true });
const logger = new MemoryLogger();
const left = new Set(['good', 'flaky', 'bad']);
const allEnded = Promise.withResolvers<void>();

const consumer = new QueueConsumer(client, queues, {
  queue: 'orders',
  pollWaitSeconds: 1,
  retry: { attempts: 3, baseMs: 0, ceilingMs: 0 },
  handler: async ({ body, attempt }) => {
    if (body === 'flaky' && attempt === 1) throw new Error('the warehouse did not answer');
    left.delete(body);
    if (left.size === 0) allEnded.resolve();
    if (body === 'bad') throw new PermanentError('unknown-article');
    console.log(`${body} was shipped at try ${attempt}`);
  },
  logger,
});
const sender = new SqsSender(client, queues);
for (const body of left) await sender.send('orders', { id: newId(), type: 'order.placed', body });
consumer.start();
await allEnded.promise;
await consumer.stop();

const deadLetters = new DeadLetters(client, queues, { logger, waitSeconds: 0 });
for (const { body, reason } of await deadLetters.list('orders')) console.log(`${body} is a dead letter: ${reason}`);
await sender.close();
await close();

// Prints:
// good was shipped at try 1
// flaky was shipped at try 2
// bad is a dead letter: unknown-article

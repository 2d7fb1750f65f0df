/** A FIFO queue keeps the order of each group, here of each order; groups do not wait for each other. */
import { MemoryLogger, newId } from '@postern/runtime';
import { openQueues, QueueConsumer, SqsSender } from '@postern/sqs';
import { testSqs } from '@postern/sqs/testing';

const { client, prefix, close } = await testSqs();
const queues = await openQueues(client, { prefix, names: ['orders.fifo'], create: true });
const sender = new SqsSender(client, queues);
const steps = ['placed', 'paid', 'shipped'];
for (const body of steps) {
  await sender.send('orders.fifo', { id: newId(), type: 'order.changed', body, groupId: 'order-7' });
}

const shipped = Promise.withResolvers<void>();
const consumer = new QueueConsumer(client, queues, {
  queue: 'orders.fifo',
  pollWaitSeconds: 1,
  handler: async ({ body, groupId }) => {
    console.log(`${groupId}: ${body}`);
    if (body === 'shipped') shipped.resolve();
  },
  logger: new MemoryLogger(),
});
consumer.start();
await shipped.promise;
await consumer.stop();
await sender.close();
await close();

// Prints:
// order-7: placed
// order-7: paid
// order-7: shipped

/** Messages of one order key leave the outbox one after another, in the order of their transactions. */
import { setTimeout as delay } from 'node:timers/promises';
import { createOutboxTable, Outbox } from '@postern/durable';
import { MemoryLogger, Metrics, newId } from '@postern/runtime';
import { testDatabase } from '@postern/runtime/testing';
import { MemorySender } from '@postern/sqs/testing';

const { database, close } = await testDatabase('order_example');
await createOutboxTable(database.sql, database.dialect);
const sender = new MemorySender();
const outbox = new Outbox(database, sender, { logger: new MemoryLogger(), metrics: new Metrics({ defaults: false }) });

for (const body of ['placed', 'paid', 'shipped']) {
  await database.transaction(async (tx) => {
    // The change itself goes here, in the same transaction. The group keeps the order up to the handler, in a FIFO queue.
    const message = { id: newId(), type: 'order.changed', body, groupId: 'order-7' };
    await outbox.add(tx, 'orders.fifo', message, { orderKey: 'order-7' });
  });
}
outbox.start();
while ((await outbox.pending()) > 0) await delay(20);
for (const { body, groupId } of sender.to('orders.fifo')) console.log(`${groupId}: ${body}`);
await outbox.stop();
await close();

// Prints:
// order-7: placed
// order-7: paid
// order-7: shipped

/** A project of its own: an event is published in the transaction that it belongs to, and heard once. */
import { once } from 'node:events';
import { createDeliveriesTable, createOutboxTable, Inbox, Outbox } from '@postern/durable';
import { type DataOf, defineEvent, EnvelopeReader, EnvelopeWriter } from '@postern/events';
import { createLogger, Metrics, openDatabase, SecretRing } from '@postern/runtime';
import { openQueues, QueueConsumer, SqsSender } from '@postern/sqs';
import { testSqs } from '@postern/sqs/testing';
import { z } from 'zod';

const SHOP = 'acme/shop';
const OrderPlaced = defineEvent('order.placed', 1, z.object({ order: z.uuid(), total: z.number().positive() }), {
  writers: [SHOP],
});

// In production: createSqsClient({ region }), a MySQL or MariaDB, and 32 secret bytes.
const sqs = await testSqs();
const logger = createLogger({ service: 'shop', version: '1.0.0', level: 'warn' });
const database = openDatabase(`sqlite:${import.meta.dirname}/orders.sqlite`, { logger });
const key = SecretRing.of(new Uint8Array(32).fill(7));

await database.migrate([
  {
    name: '2026-01-01-orders',
    up: async (sql, dialect) => {
      await createOutboxTable(sql, dialect);
      await createDeliveriesTable(sql, dialect);
      await sql.schema.createTable('orders', (table) => {
        table.string('id', 36).primary();
      });
    },
  },
]);

const queues = await openQueues(sqs.client, { prefix: sqs.prefix, names: ['events'], create: true });
const sender = new SqsSender(sqs.client, queues);
const outbox = new Outbox(database, sender, { logger, metrics: new Metrics({ defaults: false }) });
const writer = new EnvelopeWriter(SHOP, key);
outbox.start();

const order = '0190f8a4-5b7e-7c3a-9d2e-000000000001';
await database.transaction(async (tx) => {
  await tx.sql('orders').insert({ id: order });
  const { envelope, body } = writer.write(OrderPlaced, { order, total: 12.5 });
  await outbox.add(tx, 'events', { id: envelope.id, type: envelope.type, body });
});

const reader = new EnvelopeReader([OrderPlaced], { [SHOP]: key });
const inbox = new Inbox(database);
const heard = new EventTarget();
const consumer = new QueueConsumer(sqs.client, queues, {
  queue: 'events',
  pollWaitSeconds: 1,
  logger,
  handler: async ({ body }) => {
    const { envelope } = reader.read(body);
    await inbox.once('print-invoice', envelope.id, async () => {
      const { total } = envelope.data as DataOf<typeof OrderPlaced>;
      console.log(`invoice over ${total}`);
    });
    heard.dispatchEvent(new Event('order'));
  },
});
const first = once(heard, 'order');
consumer.start();
await first;

await consumer.stop();
await outbox.stop();
await sender.close();
await sqs.close();
await database.close();

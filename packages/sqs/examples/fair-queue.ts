/**
 * A group id on a standard queue names the tenant: SQS's fair queues hand out the messages of others first while one tenant has many (AWS
 * alone does so; other servers hand them out as they came). Handlers see it, for logs and metrics by tenant.
 */
import { MemoryLogger, newId, SystemClock } from '@postern/runtime';
import { QueueConsumer, SqsSender } from '@postern/sqs';
import { MemorySqs } from '@postern/sqs/testing';

const sqs = new MemorySqs({ names: ['reports'], clock: new SystemClock() });
const sender = new SqsSender(sqs, sqs.queues);
const tenants = ['busy', 'busy', 'busy', 'quiet'];
for (const groupId of tenants) await sender.send('reports', { id: newId(), type: 'report.asked', body: '{}', groupId });

const handled = new Map<string, number>();
const all = Promise.withResolvers<void>();
const consumer = new QueueConsumer(sqs, sqs.queues, {
  queue: 'reports',
  pollWaitSeconds: 1,
  handler: async ({ groupId = 'none' }) => {
    handled.set(groupId, (handled.get(groupId) ?? 0) + 1);
    if ([...handled.values()].reduce((sum, count) => sum + count, 0) === tenants.length) all.resolve();
  },
  logger: new MemoryLogger(),
});
consumer.start();
await all.promise;
await consumer.stop();
for (const [tenant, count] of [...handled].sort()) console.log(`${tenant}: ${count}`);
await sender.close();

// Prints:
// busy: 3
// quiet: 1

import { MemoryLogger, Metrics, newId } from '@postern/runtime';
import { openPatiently } from '@postern/runtime/testing';
import { createSqsClient, openQueues, SqsSender } from '@postern/sqs';
import { Outbox } from '../src/index.ts';

/** A service that does nothing but commit and publish, until it is killed. Its parent tells where. */
const [url = '', endpoint = '', prefix = ''] = process.argv.slice(2);
const logger = new MemoryLogger();
const database = openPatiently(url);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = createSqsClient({ region: 'us-east-1', endpoint, credentials });
const queues = await openQueues(client, { prefix, names: ['events'], create: false });
const options = { logger, metrics: new Metrics({ defaults: false }), leaseMs: 500, sweepMs: 50 };
const outbox = new Outbox(database, new SqsSender(client, queues), options);
outbox.start();
process.send?.('running');

async function register(): Promise<never> {
  for (;;) {
    const id = newId();
    await database.transaction(async (tx) => {
      await tx.sql('effects').insert({ name: id });
      await outbox.add(tx, 'events', { id, type: 'test.happened', body: '{}' });
    });
  }
}

await Promise.all([register(), register(), register()]);

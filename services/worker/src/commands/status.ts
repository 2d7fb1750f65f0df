import { statusCommand, withDeadRows } from '@postern/durable';
import { OWN_QUEUES } from '@postern/events';
import { readEnv, withDatabase } from '@postern/runtime';
import { createSqsClient, queueDepths } from '@postern/sqs';
import { workerEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

const { AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX } = workerEnv;

/** What waits in the worker's outbox and in the queues that it works with. */
export const status = statusCommand({
  withRows: withDeadRows(withDatabase(createServiceLogger)),
  queues: async () => {
    const config = readEnv({ AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX });
    const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
    try {
      return await queueDepths(client, { prefix: config.QUEUE_PREFIX, names: OWN_QUEUES });
    } finally {
      client.destroy();
    }
  },
});

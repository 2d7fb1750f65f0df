import { statusCommand, withDeadRows } from '@postern/durable';
import { readEnv, withDatabase } from '@postern/runtime';
import { createSqsClient, queueDepths } from '@postern/sqs';
import { gatewayEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

const { AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX } = gatewayEnv;

/** What waits in the gateway's outbox and in the queues that it writes to. */
export const status = statusCommand({
  withRows: withDeadRows(withDatabase(createServiceLogger)),
  queues: async () => {
    const config = readEnv({ AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX });
    const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
    try {
      return await queueDepths(client, { prefix: config.QUEUE_PREFIX, names: ['events'] });
    } finally {
      client.destroy();
    }
  },
});

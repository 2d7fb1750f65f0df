import { statusCommand } from '@postern/durable';
import { readEnv, withDatabase } from '@postern/runtime';
import { queueDepths } from '@postern/sqs';
import { gatewayEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

const { AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX } = gatewayEnv;

/** Who runs, and what waits in the gateway's outbox and in the queues that it writes to. */
export const status = statusCommand({
  open: withDatabase(createServiceLogger),
  queues: async () => {
    const {
      AWS_REGION: region,
      SQS_ENDPOINT: endpoint,
      QUEUE_PREFIX: prefix,
    } = readEnv({ AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX });
    return queueDepths({ region, endpoint, prefix, names: ['events'] });
  },
});

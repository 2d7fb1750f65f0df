import { statusCommand } from '@postern/durable';
import { readEnv, withDatabase } from '@postern/runtime';
import { queueDepths } from '@postern/sqs';
import { gatewayEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

const { AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX } = gatewayEnv;

/** Who runs, and what waits in the gateway's outbox and in the queues that it writes to. */
export const status = statusCommand({
  open: withDatabase(createServiceLogger, { answers: false }),
  queues: async () => {
    const env = readEnv({ AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX });
    const at = { region: env.AWS_REGION, endpoint: env.SQS_ENDPOINT, prefix: env.QUEUE_PREFIX };
    return queueDepths({ ...at, names: ['events'] });
  },
});

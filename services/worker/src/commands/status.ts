import { statusCommand } from '@postern/durable';
import { OWN_QUEUES } from '@postern/events';
import { readEnv, withDatabase } from '@postern/runtime';
import { queueDepths } from '@postern/sqs';
import { workerEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { Pauses } from '../pauses/pauses.ts';

const { AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX } = workerEnv;

/** Who runs, and what waits in the worker's outbox and in the queues that it works with. */
export const status = statusCommand({
  open: withDatabase(createServiceLogger, { answers: false }),
  pauses: (database) => new Pauses(database).list(),
  queues: async () => {
    const env = readEnv({ AWS_REGION, SQS_ENDPOINT, QUEUE_PREFIX });
    const at = { region: env.AWS_REGION, endpoint: env.SQS_ENDPOINT, prefix: env.QUEUE_PREFIX };
    return queueDepths({ ...at, names: OWN_QUEUES });
  },
});

import { isForeign, QUEUES, signEnvelope } from '@postern/events';
import { errorMessage, type Opened } from '@postern/runtime';
import { createSqsClient, DeadLetters, deadLettersCommands } from '@postern/sqs';
import { readDeadLettersConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { writerKeys } from '../envelope-keys.ts';
import { existingQueues } from '../worker-queues.ts';

const withDeadLetters: Opened<DeadLetters> = async (work) => {
  const config = readDeadLettersConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  try {
    const queues = await existingQueues(client, config).catch((error: unknown) => {
      throw new Error(`the queues cannot be reached: ${errorMessage(error)}`, { cause: error });
    });
    return await work(new DeadLetters(client, queues, { logger }));
  } finally {
    client.destroy();
  }
};

/** What was given up: read, edited, sent back or removed. */
export const deadLetters = deadLettersCommands({
  open: withDeadLetters,
  queues: QUEUES,
  // Providers' own messages are not signed.
  sign: (queue, body) => (isForeign(queue) ? body : signEnvelope(writerKeys(readDeadLettersConfig()), body)),
});

import { isForeign, QUEUES, signEnvelope } from '@postern/events';
import { errorMessage, type Opened } from '@postern/runtime';
import { createSqsClient, DeadLetters, deadLettersCommands } from '@postern/sqs';
import { readDeadLettersConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { writerKeys } from '../envelope-keys.ts';
import { existingQueues } from '../worker-queues.ts';

/** At the first one a command gives back what it holds; the second ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const withDeadLetters: Opened<DeadLetters> = async (work) => {
  const config = readDeadLettersConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  const broken = new AbortController();
  const breakOff = (signal: NodeJS.Signals) =>
    broken.abort(new Error(`broken off by ${signal}: what was not done stays as it is`));
  for (const signal of SIGNALS) process.once(signal, breakOff);
  try {
    const queues = await existingQueues(client, config).catch((error: unknown) => {
      throw new Error(`the queues cannot be reached: ${errorMessage(error)}`, { cause: error });
    });
    return await work(new DeadLetters(client, queues, { logger, signal: broken.signal }));
  } finally {
    for (const signal of SIGNALS) process.off(signal, breakOff);
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

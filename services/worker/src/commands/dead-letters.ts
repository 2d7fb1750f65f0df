import { isForeign, OWN_QUEUES, QUEUES, signEnvelope } from '@postern/events';
import { errorMessage, type Opened } from '@postern/runtime';
import {
  createSqsClient,
  DeadLetters,
  deadLettersCommands,
  findQueue,
  openQueues,
  type QueueDirectory,
  queueNames,
} from '@postern/sqs';
import { readDeadLettersConfig } from '../config.ts';
import type { SqsClient } from '../consumers.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { writerKeys } from '../envelope-keys.ts';

const withDeadLetters: Opened<DeadLetters> = async (work) => {
  const config = readDeadLettersConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  try {
    const queues = await open(client, config).catch((error: unknown) => {
      throw new Error(`the queues cannot be reached: ${errorMessage(error)}`, { cause: error });
    });
    return await work(new DeadLetters(client, queues, { logger }));
  } finally {
    client.destroy();
  }
};

/** What was given up: read, mended, sent back or removed. */
export const deadLetters = deadLettersCommands({
  open: withDeadLetters,
  queues: QUEUES,
  // Providers' own messages are not signed.
  sign: (queue, body) => (isForeign(queue) ? body : signEnvelope(writerKeys(readDeadLettersConfig()), body)),
});

/** All queues that there are. Those of providers are made by the replicas that consume them, and not for being looked at. */
async function open(client: SqsClient, config: ReturnType<typeof readDeadLettersConfig>): Promise<QueueDirectory> {
  const { QUEUE_PREFIX: prefix, QUEUE_CREATE: create } = config;
  const names = new Set<string>([...OWN_QUEUES, ...config.WORKER_QUEUES]);
  for (const name of QUEUES) {
    if (!names.has(name) && (await findQueue(client, queueNames(prefix, name).queue))) names.add(name);
  }
  return openQueues(client, { prefix, names: [...names], create });
}

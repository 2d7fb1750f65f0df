import { OWN_QUEUES, QUEUES } from '@postern/events';
import { errorMessage, type Part } from '@postern/runtime';
import { findQueue, MissingQueuesError, openQueues, type QueueDirectory, queueNames, toSqsApi } from '@postern/sqs';
import type { Config } from './config.ts';
import type { SqsClient } from './consumers.ts';

/** Postern's own queues and those that this replica consumes. One that is missing may be made meanwhile, so it is waited for too. */
export function workerQueues(client: SqsClient, config: Config): Part<QueueDirectory> {
  const { QUEUE_PREFIX: prefix, QUEUE_CREATE: create } = config;
  const names = [...new Set([...OWN_QUEUES, ...config.WORKER_QUEUES])];
  const open = async () => {
    try {
      return await openQueues(client, { prefix, names, create });
    } catch (error) {
      if (error instanceof MissingQueuesError) throw error;
      throw new Error(`SQS does not answer: ${errorMessage(error)}`, { cause: error });
    }
  };
  return { name: 'SQS', open };
}

/** All queues. Those of providers are made by the replicas that consume them, and not for being looked at. */
export async function existingQueues(
  client: SqsClient,
  config: Pick<Config, 'QUEUE_PREFIX' | 'QUEUE_CREATE' | 'WORKER_QUEUES'>,
): Promise<QueueDirectory> {
  const { QUEUE_PREFIX: prefix, QUEUE_CREATE: create } = config;
  const names = new Set<string>([...OWN_QUEUES, ...config.WORKER_QUEUES]);
  for (const name of QUEUES) {
    if (!names.has(name) && (await findQueue(client, queueNames(prefix, name).queue))) names.add(name);
  }
  return openQueues(client, { prefix, names: [...names], create });
}

/**
 * Asks for the depth of every queue: the cheapest call that shows SQS answers, knows us, and has the queue still.
 *
 * @throws Error that names the queue: SQS says that "the queue" does not exist
 */
export async function queuesAnswer(client: SqsClient, queues: QueueDirectory): Promise<void> {
  const api = toSqsApi(client);
  const ask = async (name: string) => {
    try {
      await api.depth(queues.get(name).url);
    } catch (error) {
      throw new Error(`queue ${name}: ${errorMessage(error)}`, { cause: error });
    }
  };
  await Promise.all(queues.names.map(ask));
}

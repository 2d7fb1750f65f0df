import type { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient, type SqsClientOptions } from './create-sqs-client.ts';
import { openQueues } from './open-queues.ts';
import type { QueueDirectory } from './queue-directory.ts';
import { toSqsApi } from './to-sqs-api.ts';

/** What waits in one queue, about: SQS counts eventually. */
export interface QueueDepth {
  queue: string;
  waiting: number;
  in_flight: number;
  delayed: number;
  dead: number;
}

/** Asks over a client of its own. @throws MissingQueuesError; errors of SQS */
export async function queueDepths(
  at: SqsClientOptions & { prefix: string; names: readonly string[] },
): Promise<QueueDepth[]> {
  const client = createSqsClient(at);
  try {
    return await depthsOf(client, await openQueues(client, { prefix: at.prefix, names: at.names, create: false }));
  } finally {
    client.destroy();
  }
}

/** The same of queues that are open. */
export async function depthsOf(client: SQSClient, queues: QueueDirectory): Promise<QueueDepth[]> {
  const api = toSqsApi(client);
  return Promise.all(
    queues.names.map(async (queue) => {
      const { url, deadLetterUrl } = queues.get(queue);
      const [own, letters] = await Promise.all([api.depth(url), api.depth(deadLetterUrl)]);
      const dead = letters.visible + letters.inFlight + letters.delayed;
      return { queue, waiting: own.visible, in_flight: own.inFlight, delayed: own.delayed, dead };
    }),
  );
}

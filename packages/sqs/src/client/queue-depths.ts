import type { SQSClient } from '@aws-sdk/client-sqs';
import { openQueues } from './open-queues.ts';
import { toSqsApi } from './to-sqs-api.ts';

/** What waits in one queue, about: SQS counts eventually. */
export interface QueueDepth {
  queue: string;
  waiting: number;
  in_flight: number;
  delayed: number;
  dead: number;
}

/** @throws MissingQueuesError; errors of SQS */
export async function queueDepths(
  client: SQSClient,
  at: { prefix: string; names: readonly string[] },
): Promise<QueueDepth[]> {
  const queues = await openQueues(client, { ...at, create: false });
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

import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Metrics } from '@postern/runtime';
import { FoundUrls } from './found-urls.ts';
import { queueNames } from './open-queues.ts';
import { toSqsApi } from './to-sqs-api.ts';

interface DepthGaugesOptions {
  /** As for `openQueues`. */
  prefix: string;
  names: readonly string[];
  metrics: Metrics;
}

/**
 * `queue_depth{queue,state}`, read from SQS at each scrape, for a process that consumes none of the queues: consumers tell the same of
 * their own, and there may be none of them left. A queue that does not exist (yet) has no series. It needs `sqs:GetQueueUrl` and
 * `sqs:GetQueueAttributes`.
 */
export function addDepthGauges(client: SQSClient, { prefix, names, metrics }: DepthGaugesOptions): void {
  const urls = new FoundUrls(client);
  const api = toSqsApi(client);
  const help = 'Messages in the queue, about, as SQS counts them';
  metrics.gauge('queue_depth', help, ['queue', 'state'], async (gauge) => {
    await Promise.all(
      names.map(async (queue) => {
        const url = await urls.of(queueNames(prefix, queue).queue);
        if (url === undefined) return;
        const { visible, inFlight, delayed } = await api.depth(url);
        gauge.set({ queue, state: 'waiting' }, visible);
        gauge.set({ queue, state: 'in_flight' }, inFlight);
        gauge.set({ queue, state: 'delayed' }, delayed);
      }),
    );
  });
}

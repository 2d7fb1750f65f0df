import type { SQSClient } from '@aws-sdk/client-sqs';
import { errorMessage } from '@postern/runtime';
import { createSqsClient, type SqsClientOptions } from './create-sqs-client.ts';
import { openQueues } from './open-queues.ts';
import type { QueueAddress, QueueDirectory } from './queue-directory.ts';
import { toSqsApi } from './to-sqs-api.ts';

/** What waits in one queue, about: SQS counts eventually. */
export interface QueueDepth {
  queue: string;
  waiting: number;
  in_flight: number;
  delayed: number;
  dead: number;
}

/** Some of the queues cannot be asked; the message says which and why. */
export class UnansweredQueuesError extends Error {
  override name = 'UnansweredQueuesError';
  /** Of the others. */
  readonly answered: readonly QueueDepth[];

  constructor(reasons: ReadonlyMap<string, readonly string[]>, answered: readonly QueueDepth[]) {
    super([...reasons].map(([reason, queues]) => `${queues.join(', ')}: ${reason}`).join('; '));
    this.answered = answered;
  }
}

/** Asks over a client of its own. @throws UnansweredQueuesError */
export async function queueDepths(
  at: SqsClientOptions & { prefix: string; names: readonly string[] },
): Promise<QueueDepth[]> {
  const client = createSqsClient(at);
  const open = (name: string) => openQueues(client, { prefix: at.prefix, names: [name], create: false });
  try {
    return await askEach(at.names, async (name) => depthOf(client, (await open(name)).get(name)));
  } finally {
    client.destroy();
  }
}

/** The same of queues that are open. @throws UnansweredQueuesError */
export function depthsOf(client: SQSClient, queues: QueueDirectory): Promise<QueueDepth[]> {
  return askEach(queues.names, (name) => depthOf(client, queues.get(name)));
}

async function depthOf(client: SQSClient, { name, url, deadLetterUrl }: QueueAddress): Promise<QueueDepth> {
  const api = toSqsApi(client);
  const [own, letters] = await Promise.all([api.depth(url), api.depth(deadLetterUrl)]);
  const dead = letters.visible + letters.inFlight + letters.delayed;
  return { queue: name, waiting: own.visible, in_flight: own.inFlight, delayed: own.delayed, dead };
}

/** One that was deleted keeps none of the others from being shown. */
async function askEach(names: readonly string[], ask: (name: string) => Promise<QueueDepth>): Promise<QueueDepth[]> {
  const asked = await Promise.allSettled(names.map(ask));
  const answered = asked.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const reasons = new Map<string, string[]>();
  for (const [index, result] of asked.entries()) {
    if (result.status === 'fulfilled') continue;
    const reason = errorMessage(result.reason);
    reasons.set(reason, [...(reasons.get(reason) ?? []), names[index] as string]);
  }
  if (reasons.size > 0) throw new UnansweredQueuesError(reasons, answered);
  return answered;
}

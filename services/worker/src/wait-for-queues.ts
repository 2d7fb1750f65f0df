import { errorMessage, type Logger, retry } from '@postern/runtime';
import { MissingQueuesError, openQueues, type QueueDirectory } from '@postern/sqs';
import type { SqsClient } from './consumers.ts';

/** Waits between tries, in milliseconds: soon at first, then often enough for a restart. */
const WAIT = { baseMs: 500, ceilingMs: 10_000 };

/** Resolves when SQS answers and has the queues. One that is missing may be made meanwhile, so it is waited for too. */
export function waitForQueues(
  client: SqsClient,
  options: { prefix: string; names: readonly string[]; create: boolean },
  logger: Logger,
  signal: AbortSignal,
): Promise<QueueDirectory> {
  const open = async () => {
    try {
      return await openQueues(client, options);
    } catch (error) {
      if (error instanceof MissingQueuesError) throw error;
      throw new Error(`SQS does not answer: ${errorMessage(error)}`, { cause: error });
    }
  };
  return retry(open, {
    ...WAIT,
    signal,
    onRetry: (error, attempt, delayMs) =>
      logger.warn('waiting for SQS', { reason: errorMessage(error), attempt, next_try_ms: Math.round(delayMs) }),
  });
}

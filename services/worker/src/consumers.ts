import { events, jobs, SendMail } from '@postern/events';
import type { Clock, Logger, Metrics } from '@postern/runtime';
import {
  type ConsumerOptions,
  type createSqsClient,
  type MessageHandler,
  QueueConsumer,
  type QueueDirectory,
} from '@postern/sqs';
import type { Config, QueueName } from './config.ts';

/** The SDK's client, whose package is the queue engine's affair. */
export type SqsClient = ReturnType<typeof createSqsClient>;

/**
 * An outage of the database is waited out in the queue: with 50 tries up to 5 minutes apart a message lasts hours before it
 * is a dead letter. What breaks its contract is one at once.
 */
export const RETRY = { attempts: 50, baseMs: 1_000, ceilingMs: 300_000 };

const MIN_CONCURRENCY = 10;

/** What comes on a queue; providers' own messages have no type. */
const TYPES: Record<QueueName, readonly { type: string }[]> = {
  events,
  mail: [SendMail],
  jobs: jobs.filter((job) => job !== SendMail),
  'provider-events': [],
};

export interface ConsumerResources {
  client: SqsClient;
  queues: QueueDirectory;
  config: Config;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  /** Hears of each message of a queue that is given up, as `ConsumerOptions.givenUp` does. */
  givenUp: Partial<Record<QueueName, ConsumerOptions['givenUp']>>;
}

/** A consumer for each queue this replica is to consume. */
export function createConsumers(
  handlers: Record<QueueName, MessageHandler>,
  parts: ConsumerResources,
): QueueConsumer[] {
  const { client, queues, config, logger, metrics, clock, givenUp } = parts;
  return [...new Set(config.WORKER_QUEUES)].map(
    (queue) =>
      new QueueConsumer(client, queues, {
        queue,
        handler: handlers[queue],
        types: TYPES[queue].map(({ type }) => type),
        // Lowered while the event loop lags or all handlers slow down together, and raised again.
        concurrency: { min: Math.min(MIN_CONCURRENCY, config.WORKER_CONCURRENCY), max: config.WORKER_CONCURRENCY },
        shutdownGraceMs: config.SHUTDOWN_GRACE_MS,
        pollWaitSeconds: config.WORKER_POLL_SECONDS,
        retry: RETRY,
        givenUp: givenUp[queue],
        handlerName: `worker/${queue}`,
        logger,
        metrics,
        clock,
      }),
  );
}

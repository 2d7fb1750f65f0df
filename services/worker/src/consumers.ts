import { claimedTicket, type JobRunner } from '@postern/durable';
import { QUEUES, type QueueContent, type QueueName, queueContents } from '@postern/events';
import { type Clock, ConfigError, type Logger, type Metrics } from '@postern/runtime';
import {
  type ConsumerOptions,
  type createSqsClient,
  type MessageHandler,
  QueueConsumer,
  type QueueDirectory,
  type ReceivedMessage,
} from '@postern/sqs';
import type { Config } from './config.ts';
import { carriedBy, jobs } from './jobs/index.ts';
import type { JobRouter } from './jobs/job-router.ts';
import type { PatientDispatcher } from './listeners/patient-dispatcher.ts';
import { logHandled } from './log-handled.ts';
import type { ProviderEvents } from './mail/delivery/provider-events/provider-events.ts';
import { beforeItBegan } from './policies/not-begun.ts';

/** The SDK's client, whose package is the queue engine's affair. */
export type SqsClient = ReturnType<typeof createSqsClient>;

/**
 * An outage of the database is waited out in the queue: with 50 tries up to 5 minutes apart a message lasts hours before it
 * is a dead letter. What breaks its contract is one at once.
 */
export const RETRY = { attempts: 50, baseMs: 1_000, ceilingMs: 300_000 };

const MIN_CONCURRENCY = 10;

/**
 * How long a finished message waits for others to be deleted with, in milliseconds, where a repeat is known again: events by the inbox,
 * mails by their ledger. At twenty mails a second each so costs 3.3 requests to SQS instead of 4.6. A job that a crash repeats runs
 * again, so it is deleted as soon as the engine does by itself.
 */
const ACK_LINGER_MS: Partial<Record<QueueContent, number>> = { events: 200, mails: 200 };

/** Jobs that are tried more or less often than that. A listener's fewer tries are its own affair: others may have more. */
const triesOf = new Map(jobs.flatMap(({ type, policies: { tries } }) => (tries ? [[type, tries]] : [])));

interface HandlerParts {
  dispatcher: PatientDispatcher;
  router: JobRouter;
  runner: JobRunner;
  /** Absent where its module is not part of this worker. */
  providerEvents: ProviderEvents | undefined;
}

/** What each queue's messages are handled by; each message that was handled has a line in the log. */
export function queueHandlers(
  { dispatcher, router, runner, providerEvents }: HandlerParts,
  { logger, clock }: { logger: Logger; clock: Clock },
): Partial<Record<QueueName, MessageHandler>> {
  const logged = logHandled(logger, clock);
  const runJob = async (message: ReceivedMessage) => {
    let began = false;
    try {
      await runner.run(message, () => {
        began = true;
        return router.handle(message);
      });
    } catch (error) {
      throw began ? error : beforeItBegan(error, triesOf.get(message.type));
    }
  };
  const hasTicket = (message: ReceivedMessage) => Object.keys(claimedTicket(message)).length > 0;
  const handlers: Record<QueueContent, MessageHandler | undefined> = {
    events: logged((message) => dispatcher.handle(message)),
    // A mail has a line of its own, when its provider has accepted it. Its ledger knows it again; only where a chain, a batch or a
    // unique key waits for its end it costs what a job costs.
    mails: (message) => (hasTicket(message) ? runJob(message) : router.handle(message)),
    jobs: logged(runJob),
    foreign: providerEvents && logged((message) => providerEvents.handle(message)),
  };
  return Object.fromEntries(QUEUES.map((name) => [name, handlers[queueContents[name]]]));
}

interface ConsumerResources {
  client: SqsClient;
  queues: QueueDirectory;
  config: Config;
  logger: Logger;
  metrics: Metrics;
  clock: Clock;
  /** Hears of each message that is given up, by what its queue carries, as `ConsumerOptions.givenUp` does. */
  givenUp: Partial<Record<QueueContent, ConsumerOptions['givenUp']>>;
}

/** A consumer for each queue this replica is to consume. @throws ConfigError for one that none of its modules handles */
export function createConsumers(
  handlers: Partial<Record<QueueName, MessageHandler>>,
  parts: ConsumerResources,
): QueueConsumer[] {
  const { client, queues, config, logger, metrics, clock, givenUp } = parts;
  return [...new Set(config.WORKER_QUEUES)].map((queue) => {
    const handler = handlers[queue];
    if (!handler) throw new ConfigError([`WORKER_QUEUES: this worker has no module that handles the queue ${queue}`]);
    const content = queueContents[queue];
    const ackLingerMs = ACK_LINGER_MS[content];
    return new QueueConsumer(client, queues, {
      queue,
      handler,
      types: carriedBy(queue).map(({ type }) => type),
      // Lowered while the event loop lags or all handlers slow down together, and raised again.
      concurrency: { min: Math.min(MIN_CONCURRENCY, config.WORKER_CONCURRENCY), max: config.WORKER_CONCURRENCY },
      ...(ackLingerMs === undefined ? {} : { ackLingerMs }),
      shutdownGraceMs: config.SHUTDOWN_GRACE_MS,
      pollWaitSeconds: config.WORKER_POLL_SECONDS,
      retry: ({ type }) => ({ ...RETRY, attempts: triesOf.get(type) ?? RETRY.attempts }),
      givenUp: givenUp[content],
      handlerName: `worker/${queue}`,
      logger,
      metrics,
      clock,
    });
  });
}

import { MissingQueuesError, openQueues, type QueueDirectory } from '@postern/queue';
import { ConfigError, type Database, errorMessage, type Logger, retry } from '@postern/runtime';
import { migrations } from '../migrations/index.ts';
import type { SqsClient } from './consumers.ts';

/** Waits between tries for a part that is down, in milliseconds: soon at first, then often enough for a restart. */
const WAIT = { baseMs: 500, ceilingMs: 10_000 };

function waitFor<T>(part: string, work: () => Promise<T>, logger: Logger, signal: AbortSignal): Promise<T> {
  return retry(work, {
    ...WAIT,
    signal,
    shouldRetry: (error) => !(error instanceof ConfigError),
    onRetry: (error, attempt, delayMs) =>
      logger.warn(`${part} cannot be used yet; trying again`, {
        reason: errorMessage(error),
        attempt,
        next_try_ms: delayMs,
      }),
  });
}

/** Resolves when the database answers and its schema is up to date: migrating is the `migrate` command's work. */
export function waitForDatabase(database: Database, logger: Logger, signal: AbortSignal): Promise<void> {
  const look = async () => {
    const pending = await database.pendingMigrations(migrations);
    if (pending.length === 0) return;
    throw new Error(`the schema lacks ${pending.join(', ')}: run the worker's "migrate" command`);
  };
  return waitFor('the database', look, logger, signal);
}

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
  return waitFor('SQS', open, logger, signal);
}

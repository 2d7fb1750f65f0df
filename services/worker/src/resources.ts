import { QUEUES } from '@postern/events';
import { Metrics, openDatabase, readDatabaseUrl } from '@postern/runtime';
import { createSqsClient, DeadLetterGauges } from '@postern/sqs';
import type { Config } from './config.ts';
import { createServiceLogger } from './create-service-logger.ts';
import { openTransports } from './mail/delivery/transports/open-transport.ts';
import { tryLimitMs } from './mail/delivery/try-limit.ts';

/** Sockets beyond the pollers: sends, acks, heartbeats. */
const SOCKETS = 64;

/**
 * Makes what the worker works with; none of it has connected to anything yet.
 *
 * @throws ConfigError for settings of a provider that cannot work: reported before anything is waited for
 */
export function openResources(config: Config) {
  const transports = openTransports(config);
  tryLimitMs(config.MAIL_LEASE_MS, transports);
  const logger = createServiceLogger({ level: config.LOG_LEVEL, format: config.LOG_FORMAT });
  const metrics = new Metrics();
  const database = openDatabase(config.DATABASE_URL, {
    logger,
    poolSize: config.DATABASE_POOL_SIZE,
    reread: readDatabaseUrl,
  });
  const client = createSqsClient({
    region: config.AWS_REGION,
    endpoint: config.SQS_ENDPOINT,
    calls: config.SQS_CALLS,
    maxSockets: SOCKETS,
  });
  new DeadLetterGauges(client, { prefix: config.QUEUE_PREFIX, names: QUEUES, metrics, ages: database.clock });
  return { logger, metrics, database, client, transports };
}

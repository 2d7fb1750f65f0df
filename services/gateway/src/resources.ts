import { Outbox } from '@postern/durable';
import { EnvelopeWriter, GATEWAY, QUEUES, subscribers } from '@postern/events';
import {
  type Database,
  type Logger,
  type LoggerOptions,
  Metrics,
  openDatabase,
  readDatabaseUrl,
} from '@postern/runtime';
import { addDepthGauges, createSqsClient, DeadLetterGauges } from '@postern/sqs';
import type { GatewayConfig } from './config.ts';
import { createServiceLogger } from './create-service-logger.ts';
import { QueueLinks } from './outbox/queue-links.ts';
import { renewWaiting } from './outbox/renew-waiting.ts';

/** The part of the grace period that the outbox may use to send what it has, and its most in milliseconds: then it still has to give back the rest. */
const SEND_SHARE = 0.1;
const OUTBOX_STOP_MS = 5_000;

/** What is opened when the process starts and closed, in an order that `main.ts` owns, when it ends. */
interface OpenResources {
  logger: Logger;
  metrics: Metrics;
  database: Database;
  client: ReturnType<typeof createSqsClient>;
  link: QueueLinks;
  outbox: Outbox;
}

/** Makes them all; none has connected to anything yet. */
export function openResources({ env }: GatewayConfig, logTo?: LoggerOptions['to']): OpenResources {
  const logger = createServiceLogger({ level: env.LOG_LEVEL, format: env.LOG_FORMAT, ...(logTo && { to: logTo }) });
  const metrics = new Metrics();
  const database = openDatabase(env.DATABASE_URL, {
    logger,
    poolSize: env.DATABASE_POOL_SIZE,
    reread: readDatabaseUrl,
  });
  const client = createSqsClient({ region: env.AWS_REGION, endpoint: env.SQS_ENDPOINT, calls: env.SQS_CALLS });
  const queues = { client, prefix: env.QUEUE_PREFIX, create: env.QUEUE_CREATE };
  const link = new QueueLinks({ ...queues, logger, clock: database.clock }, subscribers);
  // The workers' queues: there may be no worker left to report what waits in them, and what was given up.
  const watched = { prefix: env.QUEUE_PREFIX, names: QUEUES, metrics };
  addDepthGauges(client, watched);
  new DeadLetterGauges(client, watched);
  const stopMs = Math.min(OUTBOX_STOP_MS, (env.SHUTDOWN_GRACE_MS - env.DRAIN_DELAY_MS) * SEND_SHARE);
  const writer = new EnvelopeWriter(GATEWAY, env.GATEWAY_ENVELOPE_KEY);
  const renew = renewWaiting(writer, database.clock);
  const outbox = new Outbox(database, link, { logger, metrics, stopMs, renew });
  return { logger, metrics, database, client, link, outbox };
}

import { z } from 'zod';
import { readEnv } from '../configuration/env.ts';
import { integer } from '../configuration/integer.ts';
import { databaseUrl } from '../database/database-url.ts';
import { httpUrl } from '../http/http-url.ts';
import { telemetryEnv } from '../telemetry/telemetry-env.ts';

/** @param fallback the port without the variable; 0 has a free one chosen and printed */
export function tcpPort(fallback: number) {
  return integer(fallback, 0, 65_535, 'a TCP port');
}

/** What a command needs that works with the database alone: no key and no queue. */
export const databaseEnv = {
  DATABASE_URL: databaseUrl,
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug'], 'expected error, warn, info or debug').default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'expected json or pretty').default('json'),
} satisfies z.ZodRawShape;

/**
 * The database's URL as it is now: DATABASE_URL_FILE is replaced when the password changes.
 *
 * @throws ConfigError when there is none, or one that is not understood
 */
export function readDatabaseUrl(): string {
  return readEnv({ DATABASE_URL: databaseUrl }).DATABASE_URL;
}

/** Where the queues are, and what their names begin with. */
const queueEnv = {
  SQS_ENDPOINT: httpUrl({ path: true, example: 'http://127.0.0.1:9324' }).optional(),
  AWS_REGION: z.string().min(1).describe('an AWS region, such as eu-central-1 (any name will do for another SQS)'),
  SQS_CALLS: z
    .enum(['direct', 'sdk'], 'expected direct or sdk: whether the calls that run all the time bypass the AWS SDK')
    .default('direct'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,60}$/, 'expected up to 60 letters, digits, hyphens and underscores')
    .default('postern-'),
  QUEUE_CREATE: z.stringbool('expected true or false').default(false),
} satisfies z.ZodRawShape;

/** The environment variables of a process that serves, whichever service it is of. */
export const serviceEnv = {
  ...databaseEnv,
  ...queueEnv,
  ...telemetryEnv,
  DATABASE_POOL_SIZE: integer(10, 1, 1_000, 'connections to the database'),
  SHUTDOWN_GRACE_MS: integer(30_000, 100, 86_400_000, 'how long a shutdown may take, in milliseconds'),
} satisfies z.ZodRawShape;

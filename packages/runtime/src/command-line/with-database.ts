import { readEnv } from '../configuration/env.ts';
import { type Database, openDatabase } from '../database/open-database.ts';
import type { Logger, LoggerOptions } from '../logging/logger.ts';
import { databaseEnv } from '../service/service-env.ts';

/** Opens something for the time of a piece of work, and closes it after that. */
export type Opened<Part> = <Result>(work: (part: Part) => Promise<Result>) => Promise<Result>;

/**
 * The service's database, for commands. Log lines go to standard error: standard output is the command's answer.
 *
 * @param options.answers false for a command that waits for the database, or does without. Default: it has answered, so that times are its own
 */
export function withDatabase(
  createLogger: (options: Pick<LoggerOptions, 'level' | 'to'>) => Logger,
  { answers = true } = {},
): Opened<{ database: Database; logger: Logger }> {
  return async (work) => {
    const { DATABASE_URL, LOG_LEVEL } = readEnv(databaseEnv);
    const logger = createLogger({ level: LOG_LEVEL, to: 'stderr' });
    const database = openDatabase(DATABASE_URL, { logger, poolSize: 2 });
    try {
      if (answers) await database.ping();
      return await work({ database, logger });
    } finally {
      await database.close();
    }
  };
}

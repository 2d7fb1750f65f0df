import { checkOutboxArguments, DeadRows, OUTBOX_HELP, outboxCommand } from '@postern/durable';
import { type Command, openDatabase, operatorName } from '@postern/runtime';
import { readMigrateConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

/** What an operator does with messages that wait in the worker's outbox or were given up there. */
export const outbox: Command = {
  name: 'outbox',
  summary: 'Counts, retries or removes messages on their way to SQS',
  usage: OUTBOX_HELP,
  run: async (args) => {
    checkOutboxArguments(args);
    const config = readMigrateConfig();
    const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
    const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 1 });
    try {
      // From its first connection on, times are the database's.
      await database.ping();
      return await outboxCommand(args, {
        deadRows: new DeadRows(database, { logger }),
        print: (line) => process.stdout.write(`${line}\n`),
        printError: (line) => process.stderr.write(`${line}\n`),
        by: operatorName(),
      });
    } finally {
      await database.close();
    }
  },
};

import { createLogger, openDatabase } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import { readMigrateConfig } from '../config.ts';

/** `migrate`: brings the schema up to date under a lock, however many run it at the same time. */
export async function migrate(): Promise<void> {
  const config = readMigrateConfig();
  const logger = createLogger({ service: 'worker', level: config.LOG_LEVEL });
  const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 2 });
  try {
    const ran = await database.migrate(migrations);
    logger.info(ran.length === 0 ? 'the schema is up to date' : 'the schema was brought up to date', { ran });
  } finally {
    await database.close();
  }
}

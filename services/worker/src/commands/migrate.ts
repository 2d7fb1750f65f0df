import { type Command, describeMigration, migrateWhenThere, openDatabase, takesNoArguments } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import { readMigrateConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

/** Brings the schema up to date, under a lock: any number of replicas may run it at the same time. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'Brings the database schema up to date',
  run: async (args) => {
    takesNoArguments(args);
    await bringUpToDate();
  },
};

async function bringUpToDate(): Promise<void> {
  const config = readMigrateConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 2 });
  try {
    const ran = await migrateWhenThere(database, migrations, logger);
    process.stdout.write(`${describeMigration(ran)}\n`);
  } finally {
    await database.close();
  }
}

import { type Command, describeMigration, migrateWhenThere, openDatabase, takesNoArguments } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import { sealAuditLog } from '../accounts/audit/audit-seal.ts';
import { moveUnverified } from '../accounts/sign-ups/unverified-accounts.ts';
import { readMigrateConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

/** Brings the schema up to date, under a lock: any number of replicas may run it at the same time. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'Brings the database schema up to date',
  run: async (args) => {
    takesNoArguments(args);
    const { databaseUrl, logLevel } = readMigrateConfig();
    const logger = createServiceLogger({ level: logLevel, to: 'stderr' });
    const database = openDatabase(databaseUrl, { logger, poolSize: 2 });
    try {
      const ran = await migrateWhenThere(database, migrations, logger);
      // Again each time: a replica of a release from before may have made some since.
      while ((await moveUnverified(database.sql, { now: database.clock.now() })) > 0);
      await sealAuditLog(database, logger);
      process.stdout.write(`${describeMigration(ran)}\n`);
    } finally {
      await database.close();
    }
  },
};

import { type Check, type Logger, ok, openDatabase, warning } from '@postern/runtime';
import { sealFault } from '../accounts/audit/audit-seal.ts';

const SUBJECT = 'audit log';

/** The database itself refuses that recent entries are changed or deleted. */
export function sealCheck(url: string, logger: Logger): Check {
  return {
    subject: SUBJECT,
    run: async () => {
      const database = openDatabase(url, { logger, poolSize: 1 });
      try {
        // Before `migrate` there is none.
        if (!(await database.sql.schema.hasTable('audit_log'))) return [];
        const fault = await sealFault(database);
        return [fault ? warning(SUBJECT, fault.what, fault.todo) : ok(SUBJECT, 'sealed')];
      } finally {
        await database.close();
      }
    },
  };
}

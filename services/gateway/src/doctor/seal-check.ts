import { type Check, type Logger, ok, openDatabase, warning } from '@postern/runtime';
import { unsealed } from '../accounts/audit/audit-seal.ts';

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
        const allowed = await unsealed(database);
        if (allowed.length === 0) return [ok(SUBJECT, 'sealed')];
        const what = `it is not sealed: whoever has the database account can ${allowed.join(' and ')} recent entries`;
        return [
          warning(SUBJECT, what, 'run `migrate`, whose log says what keeps it from sealing it (docs/upgrading.md)'),
        ];
      } finally {
        await database.close();
      }
    },
  };
}

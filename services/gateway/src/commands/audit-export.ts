import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Command, errorMessage, openDatabase, type Sql, UsageError } from '@postern/runtime';
import { auditViewOf } from '../accounts/administration/admin-views.ts';
import type { AuditLog } from '../accounts/audit/audit-log.ts';
import { SqlAuditLog } from '../accounts/audit/sql-audit-log.ts';
import { readMigrateConfig } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';

/** Entries in one statement. */
const PAGE = 1000;

/** Writes the audit log out before the retention removes it, an entry a line (JSON), the newest first. */
export const auditExport: Command = {
  name: 'audit export',
  summary: 'Writes the audit log as lines of JSON, the newest first',
  usage: 'audit export [--since 2026-01-31] [--before 2026-02-28T12:00:00Z]',
  run: async (args) => {
    const range = readRange(args);
    const { databaseUrl, logLevel } = readMigrateConfig();
    const logger = createServiceLogger({ level: logLevel, to: 'stderr' });
    const database = openDatabase(databaseUrl, { logger, poolSize: 1 });
    try {
      const log = new SqlAuditLog(database.clock);
      for await (const line of linesOf(log, database, range)) {
        if (!process.stdout.write(line)) await once(process.stdout, 'drain');
      }
    } finally {
      await database.close();
    }
  },
};

interface Range {
  since?: Date;
  before?: Date;
}

/** @throws UsageError for what is no time */
export function readRange(args: readonly string[]): Range {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { since: { type: 'string' }, before: { type: 'string' } },
    });
    return {
      ...(values.since !== undefined && { since: time('--since', values.since) }),
      ...(values.before !== undefined && { before: time('--before', values.before) }),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

/** A page at a time, so that a log of any length takes the memory of one page. */
export async function* linesOf(log: AuditLog, database: Sql, range: Range): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const entries = await log.page(database, { ...range, after, limit: PAGE });
    for (const entry of entries) yield `${JSON.stringify(auditViewOf(entry))}\n`;
    if (entries.length < PAGE) return;
    after = entries.at(-1)?.id;
  }
}

function time(option: string, text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) {
    throw new UsageError(`${option}: "${text}" is no time; expected 2026-01-31 or 2026-01-31T10:00:00Z`);
  }
  return at;
}

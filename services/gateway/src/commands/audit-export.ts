import { type Command, type Database, defineCommand, type Opened, option, type Sql, timeField } from '@postern/runtime';
import { auditViewOf } from '../accounts/administration/admin-views.ts';
import type { AuditLog } from '../accounts/audit/audit-log.ts';
import { SqlAuditLog } from '../accounts/audit/sql-audit-log.ts';

/** Entries in one statement. */
const PAGE = 1000;

/** Writes the audit log out before the retention removes it, an entry a line (JSON), the newest first. */
export function auditExport(open: Opened<{ database: Database }>): Command {
  return defineCommand({
    name: 'audit export',
    summary: 'Writes the audit log as lines of JSON, the newest first',
    examples: ['audit export > audit.ndjson', 'audit export --since 2026-01-31 --before 2026-02-28T12:00:00Z'],
    input: {
      since: option('TIME', 'entries since then', timeField.optional()),
      before: option('TIME', 'entries before then', timeField.optional()),
    },
    json: false,
    run: (range, { write }) =>
      open(async ({ database }) => {
        const log = new SqlAuditLog(database.clock);
        for await (const line of linesOf(log, database, range)) await write(line);
      }),
  });
}

interface Range {
  since?: Date | undefined;
  before?: Date | undefined;
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

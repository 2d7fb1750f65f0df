import { type Moment, type TracedId, traceCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';
import type { AuditRecord } from '../accounts/audit/audit-log.ts';
import { SqlAuditLog } from '../accounts/audit/sql-audit-log.ts';

const MAX_ENTRIES = 200;

/** What the gateway knows of a request, a person or an event. */
export function trace(open: Opened<{ database: Database }>): Command {
  return traceCommand({
    open,
    look: requestMoments,
    sees: "This is the gateway's part: requests, as its audit log has them, and what waits in its outbox. What has left the outbox is in SQS or with the worker: `worker trace` with the same id.",
    examples: ['trace 4bf92f3577b34da6a3ce929d0e0e4736', 'trace 0199…', 'trace 0199… --json'],
  });
}

/** Requests of a trace, of a person or by one, as the audit log has them. */
export async function requestMoments(database: Database, { text, uuid }: TracedId): Promise<Moment[]> {
  const log = new SqlAuditLog(database.clock);
  const trace = uuid?.replaceAll('-', '');
  const queries = [
    { requestId: text },
    // A request is named after its trace, unless it brought an id of its own.
    ...(uuid === undefined ? [] : [{ requestId: trace }, { traceId: trace }, { subjectId: uuid }, { actorId: uuid }]),
  ];
  const pages = await Promise.all(queries.map((query) => log.page(database, { ...query, limit: MAX_ENTRIES })));
  const entries = new Map(pages.flat().map((entry) => [entry.id, entry]));
  return [...entries.values()].map(momentOf);
}

function momentOf(entry: AuditRecord): Moment {
  const { at, action, outcome, reason, details, requestId, traceId, subjectId, actorId } = entry;
  const exactly = Object.entries(details ?? {}).map(([name, words]) => `${name} ${words.join(', ') || 'nothing'}`);
  return {
    at,
    part: 'request',
    what: `${action} ${outcome}${reason === null ? '' : ` (${reason})`}${exactly.length === 0 ? '' : `: ${exactly.join('; ')}`}`,
    ids: {
      request: requestId,
      ...(traceId !== null && { trace: traceId }),
      ...(subjectId !== null && { user: subjectId }),
      ...(actorId !== null && actorId !== subjectId && { by: actorId }),
    },
  };
}

import { type AnsweredRequest, type Moment, type TracedId, traceCommand } from '@postern/durable';
import type { Command, Database, Opened } from '@postern/runtime';
import type { AuditRecord } from '../accounts/audit/audit-log.ts';
import { SqlAuditLog } from '../accounts/audit/sql-audit-log.ts';
import { findRequests } from '../http/records/find-requests.ts';
import { peopleOf } from './people-of.ts';

const MAX_ENTRIES = 200;
/** Of an address, what was asked last. */
const MAX_OF_ADDRESS = 20;
/** As what nobody was there to read is counted. */
const GONE = 499;

/** What the gateway knows of a request, a person or an event. */
export function trace(open: Opened<{ database: Database }>): Command {
  return traceCommand({
    open,
    look: requestMoments,
    sees: "This is the gateway's part: requests, how they were answered and what its audit log has of them, and what waits in its outbox. What has left the outbox is in SQS or with the worker: `worker trace` with the same id.",
    examples: ['trace 4bf92f3577b34da6a3ce929d0e0e4736', 'trace ann@example.com', 'trace 0199… --json'],
  });
}

/** Requests of a trace, of a person or by one, or of whoever has an address: how they were answered, and what the audit log has of them. */
export async function requestMoments(database: Database, { text, uuid }: TracedId): Promise<Moment[]> {
  const log = new SqlAuditLog(database.clock);
  const trace = uuid?.replaceAll('-', '');
  const people = text.includes('@') ? await peopleOf(database, text) : [];
  const queries = [
    { requestId: text },
    // A request is named after its trace, unless it brought an id of its own.
    ...(uuid === undefined ? [] : [{ requestId: trace }, { traceId: trace }, { subjectId: uuid }, { actorId: uuid }]),
    ...people.map((subjectId) => ({ subjectId })),
  ];
  const limit = people.length === 0 ? MAX_ENTRIES : MAX_OF_ADDRESS;
  const pages = await Promise.all(queries.map((query) => log.page(database, { ...query, limit })));
  const entries = new Map(pages.flat().map((entry) => [entry.id, entry]));
  const named = [...entries.values()].map(({ requestId }) => requestId);
  const requestIds = [...new Set([text, ...(trace === undefined ? [] : [trace]), ...named])];
  const userIds = uuid === undefined ? people : [uuid];
  const requests = await findRequests(database, { requestIds, traceId: trace, userIds, mostOfUser: limit });
  return [...requests.map(answeredMoment), ...[...entries.values()].map(auditMoment)];
}

function answeredMoment({
  at,
  method,
  route,
  status,
  tookMs,
  failure,
  requestId,
  traceId,
  userId,
}: AnsweredRequest): Moment {
  const path = route === 'unmatched' ? 'a path that there is not' : route;
  const answer =
    status === GONE ? `was not answered: the client had gone after ${tookMs} ms` : `answered ${status} in ${tookMs} ms`;
  return {
    at,
    part: 'request',
    what: `${method} ${path} ${answer}${failure === undefined ? '' : `: ${failure}`}`,
    ids: {
      request: requestId,
      ...(traceId !== undefined && { trace: traceId }),
      ...(userId !== undefined && { user: userId }),
    },
  };
}

function auditMoment(entry: AuditRecord): Moment {
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

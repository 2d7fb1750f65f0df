import { bytesToId, type Clock, idToBytes, newId, type Sql, toDate } from '@postern/runtime';
import { z } from 'zod';
import { type AuditDetails, type AuditEntry, AuditLog, type AuditQuery, type AuditRecord } from './audit-log.ts';
import { addressRange } from './origin.ts';

interface Row {
  id: Buffer;
  at: unknown;
  action: string;
  outcome: string;
  reason: string | null;
  details: string | null;
  actor_id: Buffer | null;
  subject_id: Buffer | null;
  address_range: string;
  request_id: string;
}

/** What stands for the place of an action that no request caused. */
const COMMAND_LINE = 'command line';

export class SqlAuditLog extends AuditLog {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async record({ sql }: Sql, entry: AuditEntry): Promise<void> {
    const { action, outcome, reason, details, actorId, subjectId, context } = entry;
    await sql('audit_log').insert({
      id: idToBytes(newId()),
      at: this.#clock.now(),
      action,
      outcome,
      reason: reason ?? null,
      details: details === undefined ? null : JSON.stringify(details),
      actor_id: actorId === undefined ? null : idToBytes(actorId),
      subject_id: subjectId === undefined ? null : idToBytes(subjectId),
      address_range: context ? addressRange(context.address) : COMMAND_LINE,
      request_id: context?.requestId ?? COMMAND_LINE,
    });
  }

  override async page(
    { sql }: Sql,
    { subjectId, actorId, requestId, since, before, after, limit }: AuditQuery,
  ): Promise<AuditRecord[]> {
    const query = sql<Row>('audit_log').orderBy('id', 'desc').limit(limit);
    if (subjectId !== undefined) query.where({ subject_id: idToBytes(subjectId) });
    if (actorId !== undefined) query.where({ actor_id: idToBytes(actorId) });
    if (requestId !== undefined) query.where({ request_id: requestId });
    if (since !== undefined) query.where('at', '>=', since);
    if (before !== undefined) query.where('at', '<', before);
    if (after !== undefined) query.where('id', '<', idToBytes(after));
    return (await query).map((row) => ({
      id: bytesToId(row.id),
      at: readTime(row),
      action: row.action,
      outcome: row.outcome,
      reason: row.reason,
      details: row.details === null ? null : readDetails(row.details),
      actorId: row.actor_id && bytesToId(row.actor_id),
      subjectId: row.subject_id && bytesToId(row.subject_id),
      addressRange: row.address_range,
      requestId: row.request_id,
    }));
  }
}

/** When it was recorded; by its id (RFC 9562, 5.7), where the column holds no time. */
function readTime({ id, at }: Row): Date {
  const time = toDate(at);
  return time && !Number.isNaN(time.getTime()) ? time : new Date(id.readUIntBE(0, 6));
}

const detailsSchema = z.record(z.string(), z.array(z.string()));

/**
 * What was recorded. Never throws: an entry that somebody has cut or edited is shown with the reason why its details cannot be
 * read, and those around it as they are.
 */
function readDetails(text: string): AuditDetails {
  try {
    const { data } = detailsSchema.safeParse(JSON.parse(text));
    return data ?? { unreadable: [`not in the form of details (${text.length} characters)`] };
  } catch {
    return { unreadable: [`no JSON (${text.length} characters)`] };
  }
}

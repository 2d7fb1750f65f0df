import { type Clock, Columns, column, idToBytes, newId, type Sql, toDate } from '@postern/runtime';
import { furtherTrace } from '../../http/further-trace.ts';
import { readDetails, writeDetails } from './audit-details.ts';
import { type AuditEntry, AuditLog, type AuditQuery, type AuditRecord } from './audit-log.ts';
import { addressRange } from './origin.ts';

const records = new Columns<AuditRecord>({
  id: column.id('id'),
  at: column.time('at'),
  action: column.value('action'),
  outcome: column.value('outcome'),
  reason: column.value('reason'),
  details: { name: 'details', read: readDetails, store: (details) => details && writeDetails(details) },
  actorId: column.idOrNull('actor_id'),
  subjectId: column.idOrNull('subject_id'),
  addressRange: column.value('address_range'),
  requestId: column.value('request_id'),
  traceId: { name: 'trace_id', read: readTrace, store: (trace) => trace && Buffer.from(trace, 'hex') },
});

/** The place of an action that no request caused. */
const COMMAND_LINE = 'command line';

export class SqlAuditLog extends AuditLog {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async record({ sql }: Sql, entry: AuditEntry): Promise<void> {
    const { action, outcome, reason = null, details = null, actorId = null, subjectId = null, context } = entry;
    const record = { id: newId(), at: this.#clock.now(), action, outcome, reason, details, actorId, subjectId };
    const origin = context
      ? { addressRange: addressRange(context.address), requestId: context.requestId, traceId: furtherTrace(context) }
      : { addressRange: COMMAND_LINE, requestId: COMMAND_LINE, traceId: null };
    await sql('audit_log').insert(records.store({ ...record, ...origin }));
  }

  override async page(
    { sql }: Sql,
    { subjectId, actorId, requestId, traceId, since, before, after, limit }: AuditQuery,
  ): Promise<AuditRecord[]> {
    const query = sql('audit_log').orderBy('id', 'desc').limit(limit);
    if (subjectId !== undefined) query.where({ subject_id: idToBytes(subjectId) });
    if (actorId !== undefined) query.where({ actor_id: idToBytes(actorId) });
    if (requestId !== undefined) query.where({ request_id: requestId });
    if (traceId !== undefined) query.where({ trace_id: Buffer.from(traceId, 'hex') });
    if (since !== undefined) query.where('at', '>=', since);
    if (before !== undefined) query.where('at', '<', before);
    if (after !== undefined) query.where('id', '<', idToBytes(after));
    return (await query).map((row) => ({ ...records.read(row), at: readTime(row) }));
  }
}

/** When it was recorded; by its id (RFC 9562, 5.7), where the column holds no time. */
function readTime({ id, at }: { id: Buffer; at: unknown }): Date {
  const time = toDate(at);
  return time && !Number.isNaN(time.getTime()) ? time : new Date(id.readUIntBE(0, 6));
}

function readTrace(stored: unknown): string | null {
  return stored === null ? null : Buffer.from(stored as Uint8Array).toString('hex');
}

import { newId, type Sql } from '@postern/runtime';
import { type AuditEntry, AuditLog, type AuditQuery, type AuditRecord } from './audit-log.ts';
import { addressRange } from './origin.ts';

/** The entries of a test, oldest first. */
export class MemoryAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];

  override async record(_db: Sql, entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }

  override async page(_db: Sql, { subjectId, limit }: AuditQuery): Promise<AuditRecord[]> {
    return this.entries
      .filter((entry) => subjectId === undefined || entry.subjectId === subjectId)
      .toReversed()
      .slice(0, limit)
      .map(({ action, outcome, reason, details, actorId, subjectId: subject, context }) => ({
        id: newId(),
        at: new Date(0),
        action,
        outcome,
        reason: reason ?? null,
        details: details ?? null,
        actorId: actorId ?? null,
        subjectId: subject ?? null,
        addressRange: addressRange(context?.address ?? ''),
        requestId: context?.requestId ?? '',
        traceId: null,
      }));
  }

  /** `action outcome` of all entries, for a short expectation. */
  get summary(): string[] {
    return this.entries.map(({ action, outcome, reason }) => [action, outcome, reason].filter(Boolean).join(' '));
  }
}

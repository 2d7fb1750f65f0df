import type { DataOf, MessageDefinition } from '@postern/events';
import type { Sql, Transaction } from '@postern/runtime';
import type { RequestContext } from '../../http/route.ts';
import type { Events } from '../../outbox/event-publisher.ts';
import type { AuditEntry, AuditLog, AuditQuery, AuditRecord } from './audit-log.ts';

type PersonEvent = MessageDefinition & { schema: { _output: { user_id: string } } };

const PAUSE_MS = 60_000;
const KEYS_KEPT = 10_000;

/** What has happened, for those who look back (the audit log) and for those who act on it (the events). */
export class Journal {
  readonly #audit: AuditLog;
  readonly #events: Events;
  readonly #database: Sql;
  /** When what `recordOnce` was given was recorded last. */
  readonly #recorded = new Map<string, number>();
  /** Requests of which a failure was recorded. */
  readonly #failed = new WeakSet<RequestContext>();

  constructor(audit: AuditLog, events: Events, database: Sql) {
    this.#audit = audit;
    this.#events = events;
    this.#database = database;
  }

  /** Appends to the audit log by itself: what it records has failed and left no transaction. */
  recordNow(entry: AuditEntry): Promise<void> {
    return this.record(this.#database, entry);
  }

  /** As `recordNow`, once a minute for the same key: what anybody can cause as often as they like must not fill the log. */
  async recordOnce(key: string, entry: AuditEntry): Promise<void> {
    const now = performance.now();
    const before = this.#recorded.get(key);
    this.#noteFailure(entry);
    if (before !== undefined && now - before < PAUSE_MS) return;
    if (this.#recorded.size >= KEYS_KEPT) this.#recorded.clear();
    this.#recorded.set(key, now);
    try {
      await this.recordNow(entry);
    } catch (error) {
      // The next one is the first.
      this.#recorded.delete(key);
      throw error;
    }
  }

  /** Appends to the audit log, in the transaction of what it records. */
  record(db: Sql, entry: AuditEntry): Promise<void> {
    this.#noteFailure(entry);
    return this.#audit.record(db, entry);
  }

  /** Whether a failure of this request was recorded, or was not as the same one was within the last minute. */
  hasFailure(context: RequestContext): boolean {
    return this.#failed.has(context);
  }

  /** What was recorded, newest first. */
  past(db: Sql, query: AuditQuery): Promise<AuditRecord[]> {
    return this.#audit.page(db, query);
  }

  /** Publishes an event when the transaction commits. */
  async publish<Definition extends PersonEvent>(
    tx: Transaction,
    definition: Definition,
    data: DataOf<Definition>,
    context?: RequestContext,
  ): Promise<void> {
    await this.#events.dispatch(tx, definition, data, { traceparent: context?.traceparent });
  }

  #noteFailure({ outcome, context }: AuditEntry): void {
    if (outcome === 'failure' && context) this.#failed.add(context);
  }
}

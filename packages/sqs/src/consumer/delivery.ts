import type { Span } from '@postern/runtime';
import type { History } from '../retry/history.ts';
import type { Lease } from './lease.ts';
import type { ReceivedMessage } from './received-message.ts';

interface DeliveryFields {
  id: string;
  type: string;
  body: string;
  attempt: number;
  history: History;
  traceparent: string | undefined;
  groupId: string | undefined;
  attributes: Record<string, string>;
  /** Why it cannot be read: no handler is asked about it. */
  fault?: string | undefined;
}

/** What the consumer's settings say of a message. Asked for when it matters: a first try pays nothing. */
export interface DeliveryRules {
  attemptsFor(delivery: Delivery): number;
  isUsedUp(delivery: Delivery): boolean;
  isSuspect(delivery: Delivery): boolean;
  /** How often it has failed, where receives do not say: in a FIFO queue. */
  failuresOf?: ((delivery: Delivery) => number) | undefined;
}

/** Shared: a message that succeeds pays nothing for it. */
const NONE: readonly never[] = [];

/**
 * One message on its way through a handler. The abort signal is made only when somebody asks for it: most handlers never do, and
 * it would cost as much as the rest of a delivery.
 */
export class Delivery implements ReceivedMessage {
  readonly queue: string;
  readonly id: string;
  readonly type: string;
  readonly body: string;
  /** Which try it would be if every receive of which nothing was heard had been one. */
  readonly count: number;
  readonly groupId: string | undefined;
  readonly attributes: Record<string, string>;
  readonly lease: Lease;
  readonly history: History;
  readonly fault: string | undefined;
  /** Where its work goes on from: what came with it, and while it is handled, where it is traced, its handling. */
  traceparent: string | undefined;
  /** Its handling, where that is traced. */
  span: Span | undefined;
  readonly #rules: DeliveryRules;
  /** When its handler began, by the monotonic clock; 0 while it waits. */
  startedAt = 0;
  /** Set once what became of it is decided: whatever comes later does not count. */
  settled = false;
  /** It is in the dead-letter queue: in a FIFO group the next one's turn has come. */
  gone = false;
  /** The parts of its handler that failed, where it has said so. */
  failures: readonly { part: string; error: unknown }[] = NONE;
  #attempt: number | undefined;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #abortedAt = 0;

  constructor(queue: string, fields: DeliveryFields, lease: Lease, rules: DeliveryRules) {
    this.queue = queue;
    this.id = fields.id;
    this.type = fields.type;
    this.body = fields.body;
    this.count = fields.attempt;
    this.traceparent = fields.traceparent;
    this.groupId = fields.groupId;
    this.attributes = fields.attributes;
    this.history = fields.history;
    this.fault = fields.fault;
    this.#rules = rules;
    this.lease = lease;
  }

  get sentAt(): Date {
    return new Date(this.history.sentAt);
  }

  /** Tries in all, by the consumer's policy for this message. */
  get attempts(): number {
    return this.#rules.attemptsFor(this);
  }

  /** Past the last try only by receives: as nobody knows whether those began a run, this is the last one. */
  get attempt(): number {
    if (this.#attempt === undefined) {
      const failures = this.#rules.failuresOf?.(this);
      // First as counted: the policy may ask for it to say how many there are.
      this.#attempt =
        failures === undefined ? this.count : Math.min(this.count, this.count - this.lease.tries + failures);
      if (this.#attempt > 1) this.#attempt = Math.min(this.#attempt, this.attempts);
    }
    return this.#attempt;
  }

  /** It was handed out too often without a word of its end: it is not to run again. */
  get usedUp(): boolean {
    return this.count > 1 && this.#rules.isUsedUp(this);
  }

  /** It may be what its consumer died of. */
  get suspect(): boolean {
    return this.history.alone || (this.lease.tries > 0 && this.#rules.isSuspect(this));
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#abortReason) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }

  /** Why its handler was asked to stop, if it was. */
  get abortReason(): Error | undefined {
    return this.#abortReason;
  }

  /** When its handler was asked to stop, by the monotonic clock. */
  get abortedAt(): number {
    return this.#abortedAt;
  }

  trace(span: Span | undefined): void {
    if (!span) return;
    this.span = span;
    this.traceparent = span.traceparent;
  }

  noteFailure(part: string, error: unknown): void {
    this.failures = [...this.failures, { part, error }];
  }

  abort(reason: Error, now: number): void {
    if (this.#abortReason) return;
    this.#abortReason = reason;
    this.#abortedAt = now;
    this.#controller?.abort(reason);
  }
}

import type { DispatchingWork } from './dispatch-keys.ts';
import type { JobTicket } from './job-ticket.ts';

export interface UniqueOptions {
  /** At most one job of this key is waiting or running. */
  key: string;
  /** Unique for this many milliseconds from now, done or not. Without it: until done. */
  windowMs?: number;
  /**
   * Without a window: how long an unfinished job keeps its key after it became available, in milliseconds (default a
   * day). A job that was lost to a purged dead-letter queue must not block its key for ever.
   */
  atMostMs?: number;
}

export interface DispatchOptions {
  queue?: string;
  /** Not before this many milliseconds from now. Any length; it is kept in the outbox, where a crash cannot lose it. */
  delayMs?: number;
  /** Not before this time. Takes precedence over `delayMs`. */
  at?: Date;
  unique?: UniqueOptions;
  /** Jobs of one key are sent in the order of their dispatch (see `AddOptions.orderKey`). */
  orderKey?: string;
  groupId?: string;
  /** The trace that it belongs to. Default: that of the message which a handler dispatches it for, or a new one. */
  traceparent?: string | undefined;
  /** Id of the user whom it is about. Default: whom the message is about. */
  subject?: string | undefined;
  /** The id that it was promised to have. */
  id?: string;
}

/** What the parts of this package tell of a job besides. */
export interface OwnOptions extends DispatchOptions {
  ticket?: JobTicket;
  /** What dispatches it, in words. */
  origin?: string;
}

/** One try of a handler, for what it dispatches. */
export interface HandlersTry extends DispatchingWork {
  /** The message's. */
  traceparent: string | undefined;
  /** Whom the message is about. */
  subject?: string | undefined;
}

export interface Dispatched {
  id: string;
  /** False when a unique job was there already, or an earlier try of the handler has dispatched it; `id` is that one's. */
  dispatched: boolean;
}

/** A message as a handler sees it. */
export interface ReceivedMessage {
  /** The queue's name in code. */
  readonly queue: string;
  /** The sender's id; SQS's own for a message that was not sent by this engine. */
  readonly id: string;
  /** The sender's type; empty for a message that has none. */
  readonly type: string;
  readonly body: string;
  /** Which try this is, from 1. A consumer that died in the middle counts too; what was asked to wait (`RetryLater`) does not. */
  readonly attempt: number;
  /** Tries in all by the policy of the consumer; undefined where there is none. */
  readonly attempts?: number | undefined;
  /** When it was first sent. */
  readonly sentAt: Date;
  readonly traceparent?: string | undefined;
  readonly groupId?: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /**
   * Aborted when the handler's time is up, when the lease on the message is lost, and at the deadline of a stop.
   * What a handler returns after that does not count: the message comes again.
   */
  readonly signal: AbortSignal;
  /** Says, before the handler throws, which of several parts of it failed: the log then names each of them. */
  noteFailure?(part: string, error: unknown): void;
}

/**
 * Returns = done, and the message is deleted. Throws `PermanentError` = dead-letter queue at once. Throws anything else,
 * `RetryLater` too = tried again later.
 */
export type MessageHandler = (message: ReceivedMessage) => Promise<void>;

/** A message on its way out. The engine does not look into the body. */
export interface OutgoingMessage {
  /** Identity for ever: SQS gives a message a new id of its own at each redrive. Receivers drop repeats by it. */
  id: string;
  /** What the message is, for routing and metrics, without parsing the body. */
  type: string;
  /** Text; at most 1 MiB with the attributes. */
  body: string;
  /** W3C Trace Context, handed to the receiver. */
  traceparent?: string;
  /** Not before this many milliseconds from now. Any length: past SQS's 15 minutes the receiver puts it off again. */
  delayMs?: number;
  /** On a FIFO queue the group whose order is kept; on a standard one the tenant, for fair queues. */
  groupId?: string;
  /**
   * In a FIFO queue what SQS drops repeats by for five minutes; the id without it. For what is sent once more on purpose: under its own
   * id it would be dropped as a repeat of what was given up moments ago, and lost.
   */
  deduplicationId?: string;
  /** Which attempt the receiver's first one is; above 1 when this copy stands for a message that was tried before. */
  attempt?: number;
  /** Further attributes, passed to the receiver as they are. */
  attributes?: Record<string, string>;
}

export interface SendOptions {
  /**
   * Asked before each request that would carry the message: once it says no, such as when the lease on it is over, the message is not sent
   * any more. While it waits for its turn somebody else may have come to send it.
   */
  isWanted?: () => boolean;
}

/** Sends to a queue by its name in code: `events`, `mail`, `jobs`. A class, so that it is its own injection token. */
export abstract class MessageSender {
  /**
   * Resolves when SQS has the message.
   *
   * @throws MessageRefusedError when it can never be sent as it is; SendFailedError when SQS could not be brought to take
   *   it in time; SenderFullError when too many are waiting already; NotWantedError when nobody wanted it any more before
   *   its first request
   */
  abstract send(queue: string, message: OutgoingMessage, options?: SendOptions): Promise<void>;
  /** Sends what is waiting, then resolves. Later sends are refused. Safe to call twice. */
  abstract close(): Promise<void>;
}

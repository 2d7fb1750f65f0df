import { type Clock, SystemClock } from '@postern/runtime';
import type { MessageHandler, ReceivedMessage } from '../consumer/received-message.ts';
import { PermanentError } from '../retry/outcomes.ts';
import { DEFAULT_RETRY, type RetryPolicy, retryDelay } from '../retry/retry-policy.ts';
import { SenderClosedError } from '../sender/errors.ts';
import { MessageSender, type OutgoingMessage } from '../sender/message-sender.ts';
import { prepareMessage } from '../sender/prepared-message.ts';

export interface SyncSenderOptions {
  /** The handler of each queue; a queue without one is an error. */
  handlers: Readonly<Record<string, MessageHandler>>;
  /** Tries of a failing message; default one, so that a test sees the failure at once. */
  retry?: Partial<RetryPolicy>;
  clock?: Clock;
}

/**
 * Runs the handler inside `send()`, as Laravel's `sync` driver does: no queue, no second process. `send()` throws what the
 * last try threw. Delays are kept by the clock.
 */
export class SyncSender extends MessageSender {
  readonly #options: SyncSenderOptions;
  readonly #clock: Clock;
  #closed = false;

  constructor(options: SyncSenderOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? new SystemClock();
  }

  override async send(queue: string, message: OutgoingMessage): Promise<void> {
    if (this.#closed) throw new SenderClosedError();
    const handler = this.#options.handlers[queue];
    if (!handler)
      throw new Error(`No handler for the queue "${queue}"; there are: ${Object.keys(this.#options.handlers)}`);
    const sentAt = this.#clock.now();
    // The same checks as on the way to SQS, so that nothing works here that fails there.
    prepareMessage(message, queue.endsWith('.fifo'), sentAt.getTime());
    if (message.delayMs) await this.#clock.sleep(message.delayMs);
    const policy = { ...DEFAULT_RETRY, attempts: 1, ...this.#options.retry };
    for (let attempt = message.attempt ?? 1; ; attempt++) {
      try {
        await handler(toReceived(queue, message, attempt, sentAt));
        return;
      } catch (error) {
        if (error instanceof PermanentError || attempt >= policy.attempts) throw error;
        await this.#clock.sleep(retryDelay(policy, attempt, error));
      }
    }
  }

  override async close(): Promise<void> {
    this.#closed = true;
  }
}

function toReceived(queue: string, message: OutgoingMessage, attempt: number, sentAt: Date): ReceivedMessage {
  const { id, type, body, traceparent, groupId, attributes = {} } = message;
  return {
    queue,
    id,
    type,
    body,
    attempt,
    sentAt,
    traceparent,
    groupId,
    attributes,
    signal: new AbortController().signal,
  };
}

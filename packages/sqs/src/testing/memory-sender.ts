import { MessageSender, type OutgoingMessage } from '../sender/message-sender.ts';

/** A sender that keeps what was sent, for unit tests of code that sends. */
export class MemorySender extends MessageSender {
  readonly sent: { queue: string; message: OutgoingMessage }[] = [];
  closed = false;
  /** Set it to make sends fail with this error. */
  failWith: Error | undefined;
  readonly #waiters: { count: number; resolve: () => void }[] = [];

  override async send(queue: string, message: OutgoingMessage): Promise<void> {
    if (this.failWith) throw this.failWith;
    this.sent.push({ queue, message });
    for (const waiter of this.#waiters) if (this.sent.length >= waiter.count) waiter.resolve();
  }

  override async close(): Promise<void> {
    this.closed = true;
  }

  /** The messages sent to one queue, in order. */
  to(queue: string): OutgoingMessage[] {
    return this.sent.filter((entry) => entry.queue === queue).map((entry) => entry.message);
  }

  /** Resolves when at least `count` messages have been sent, to any queue. */
  async waitFor(count: number): Promise<void> {
    if (this.sent.length >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push({ count, resolve });
    await promise;
  }
}

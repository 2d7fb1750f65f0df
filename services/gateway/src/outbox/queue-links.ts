import type { Subscriber } from '@postern/events';
import { MessageSender, type OutgoingMessage, type SendOptions, UnknownQueueError } from '@postern/sqs';
import { QueueLink, type QueueLinkOptions } from './queue-link.ts';

/** The queue of Postern's own workers, and those of other teams. Each has a link of its own: one that is missing or down holds up no other. */
export class QueueLinks extends MessageSender {
  readonly #links: ReadonlyMap<string, QueueLink>;

  constructor(options: Omit<QueueLinkOptions, 'queue' | 'frames'>, subscribers: readonly Subscriber[]) {
    super();
    const targets = [{ queue: 'events', frames: true }, ...subscribers.map(({ queue }) => ({ queue, frames: false }))];
    this.#links = new Map(targets.map((target) => [target.queue, new QueueLink({ ...options, ...target })]));
  }

  /** Looks for all queues until they are found. */
  async open(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.open()));
  }

  /** Throws when a queue does not answer, for the readiness check. */
  async ping(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.ping()));
  }

  override async send(queue: string, message: OutgoingMessage, options?: SendOptions): Promise<void> {
    const link = this.#links.get(queue);
    // Of a team that has left, or of one that a newer release has and this replica has not.
    if (!link) throw new UnknownQueueError(queue, [...this.#links.keys()]);
    await link.send(queue, message, options);
  }

  override async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }
}

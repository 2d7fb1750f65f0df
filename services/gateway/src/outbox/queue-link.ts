import { type Clock, type Logger, waitFor } from '@postern/runtime';
import {
  MessageSender,
  type OutgoingMessage,
  openQueues,
  type QueueDirectory,
  type SendOptions,
  SqsSender,
  toSqsApi,
} from '@postern/sqs';

export interface QueueLinkOptions {
  client: Parameters<typeof openQueues>[0];
  prefix: string;
  queue: string;
  /** Off where whoever reads is not this engine. */
  frames: boolean;
  create: boolean;
  logger: Logger;
  clock: Clock;
}

/**
 * The sender to one queue, whether or not it can be reached when the process starts. Until it is found a send fails, and the
 * outbox keeps the message: no request fails because of a queue.
 */
export class QueueLink extends MessageSender {
  readonly #options: QueueLinkOptions;
  readonly #stopped = new AbortController();
  #directory: QueueDirectory | undefined;
  #sender: SqsSender | undefined;

  constructor(options: QueueLinkOptions) {
    super();
    this.#options = options;
  }

  /** Looks for the queue until it is found, with backoff; logs what it waits for. */
  async open(): Promise<void> {
    const { client, prefix, queue, create, frames, logger, clock } = this.#options;
    try {
      this.#directory = await waitFor(
        {
          name: 'SQS',
          open: () => openQueues(client, { prefix, names: [queue], create }),
          fields: { queue, meanwhile: 'messages stay in the outbox' },
        },
        { logger, clock, signal: this.#stopped.signal },
      );
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      throw error;
    }
    this.#sender = new SqsSender(client, this.#directory, { clock, frames });
    logger.info('the queues are open', { queues: [queue] });
  }

  /** Throws when the queue does not answer, for the readiness check. */
  async ping(): Promise<void> {
    const directory = this.#directory;
    if (!directory) throw new Error('SQS has not answered yet');
    await toSqsApi(this.#options.client).depth(directory.get(this.#options.queue).url);
  }

  override async send(queue: string, message: OutgoingMessage, options?: SendOptions): Promise<void> {
    if (!this.#sender) throw new Error('SQS has not been reached yet');
    await this.#sender.send(queue, message, options);
  }

  override async close(): Promise<void> {
    this.#stopped.abort();
    await this.#sender?.close();
  }
}

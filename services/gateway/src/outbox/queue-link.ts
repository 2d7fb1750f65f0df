import { type Clock, type Logger, waitFor } from '@postern/runtime';
import {
  MessageSender,
  type OutgoingMessage,
  openQueues,
  type QueueDirectory,
  SqsSender,
  toSqsApi,
} from '@postern/sqs';

export interface QueueLinkOptions {
  client: Parameters<typeof openQueues>[0];
  prefix: string;
  names: readonly string[];
  create: boolean;
  logger: Logger;
  clock: Clock;
}

/**
 * The sender, whether or not SQS can be reached when the process starts. Until the queues are found a send fails, and the
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

  /** Looks for the queues until they are found, with backoff; logs what it waits for. */
  async open(): Promise<void> {
    const { client, prefix, names, create, logger, clock } = this.#options;
    try {
      this.#directory = await waitFor(
        {
          name: 'SQS',
          open: () => openQueues(client, { prefix, names, create }),
          fields: { meanwhile: 'messages stay in the outbox' },
        },
        { logger, clock, signal: this.#stopped.signal },
      );
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      throw error;
    }
    this.#sender = new SqsSender(client, this.#directory, { clock });
    logger.info('the queues are open', { queues: names });
  }

  /** Throws when a queue does not answer, for the readiness check. */
  async ping(): Promise<void> {
    const directory = this.#directory;
    if (!directory) throw new Error('SQS has not answered yet');
    const api = toSqsApi(this.#options.client);
    await Promise.all(directory.names.map((name) => api.depth(directory.get(name).url)));
  }

  override async send(queue: string, message: OutgoingMessage): Promise<void> {
    if (!this.#sender) throw new Error('SQS has not been reached yet');
    await this.#sender.send(queue, message);
  }

  override async close(): Promise<void> {
    this.#stopped.abort();
    await this.#sender?.close();
  }
}

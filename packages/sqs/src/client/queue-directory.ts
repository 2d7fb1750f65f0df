/** Where a queue is and what its settings are, as read when it was opened. */
export interface QueueAddress {
  /** The name in code: `events`, `mail`, `orders.fifo`. */
  name: string;
  url: string;
  deadLetterUrl: string;
  fifo: boolean;
  /** How long SQS keeps an undelivered message, in seconds. */
  retentionSeconds: number;
  /** After how many receives SQS itself moves a message to the dead-letter queue; undefined when it never does. */
  maxReceiveCount: number | undefined;
  /** Bytes that its dead-letter queue takes of one message with its attributes: SQS's own most, unless it was made with less. */
  deadLetterMaxBytes?: number;
}

/** This process has no way to the queue; one of another release may have. */
export class UnknownQueueError extends Error {
  override name = 'UnknownQueueError';

  constructor(queue: string, known: readonly string[]) {
    super(`No queue "${queue}" was opened; opened are: ${known.join(', ') || 'none'}. Add it to openQueues' names.`);
  }
}

/** The queues of this process, by the names that code uses. */
export class QueueDirectory {
  readonly #queues: ReadonlyMap<string, QueueAddress>;

  constructor(queues: readonly QueueAddress[]) {
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
  }

  get names(): string[] {
    return [...this.#queues.keys()];
  }

  /** @throws UnknownQueueError when the queue was not opened */
  get(name: string): QueueAddress {
    const queue = this.#queues.get(name);
    if (!queue) throw new UnknownQueueError(name, this.names);
    return queue;
  }
}

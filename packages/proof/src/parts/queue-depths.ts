import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';

const DEAD_LETTER_QUEUE = /-dead(\.fifo)?$/;

/** How much is in the queues of an SQS, past every proxy. */
export class QueueDepths {
  readonly #client: SQSClient;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'proof', secretAccessKey: 'proof' };
    this.#client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  }

  /** Messages that wait, are delayed or in flight; without dead letters. */
  depth(): Promise<number> {
    return this.#sum((url) => !DEAD_LETTER_QUEUE.test(url));
  }

  deadLetters(): Promise<number> {
    return this.#sum((url) => DEAD_LETTER_QUEUE.test(url));
  }

  close(): void {
    this.#client.destroy();
  }

  async #sum(wanted: (url: string) => boolean): Promise<number> {
    const { QueueUrls = [] } = await this.#client.send(new ListQueuesCommand({}));
    const depths = await Promise.all(QueueUrls.filter(wanted).map((url) => this.#depthOf(url)));
    return depths.reduce((sum, depth) => sum + depth, 0);
  }

  async #depthOf(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }
}

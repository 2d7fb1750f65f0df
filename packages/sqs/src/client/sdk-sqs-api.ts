import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type BatchFailure, type ReceiveOptions, type SendEntry, SqsApi } from './sqs-api.ts';
import { RECEIVE_TIMEOUT_MS } from './timeouts.ts';

/** The engine's port through AWS's SDK, for a client that somebody else made. */
export class SdkSqsApi extends SqsApi {
  readonly #client: SQSClient;

  constructor(client: SQSClient) {
    super();
    this.#client = client;
  }

  override async receive(url: string, options: ReceiveOptions): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: options.max,
      WaitTimeSeconds: options.waitSeconds,
      VisibilityTimeout: options.visibilitySeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: [
        'ApproximateReceiveCount',
        'SentTimestamp',
        'ApproximateFirstReceiveTimestamp',
        'MessageGroupId',
      ],
    });
    const limits = { requestTimeout: RECEIVE_TIMEOUT_MS };
    const { Messages } = await this.#client.send(
      command,
      options.signal ? { ...limits, abortSignal: options.signal } : limits,
    );
    return Messages ?? [];
  }

  override async sendBatch(url: string, entries: readonly SendEntry[]): Promise<BatchFailure[]> {
    const { Failed } = await this.#client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: entries.map((entry, index) => ({
          Id: String(index),
          MessageBody: entry.body,
          MessageAttributes: entry.attributes,
          ...(entry.delaySeconds ? { DelaySeconds: entry.delaySeconds } : {}),
          ...(entry.groupId === undefined ? {} : { MessageGroupId: entry.groupId }),
          ...(entry.deduplicationId === undefined ? {} : { MessageDeduplicationId: entry.deduplicationId }),
        })),
      }),
    );
    return toFailures(Failed);
  }

  override async deleteBatch(url: string, receipts: readonly string[]): Promise<BatchFailure[]> {
    const { Failed } = await this.#client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: receipts.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt })),
      }),
    );
    return toFailures(Failed);
  }

  override async changeVisibilityBatch(
    url: string,
    entries: readonly { receipt: string; seconds: number }[],
  ): Promise<BatchFailure[]> {
    const { Failed } = await this.#client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: entries.map(({ receipt, seconds }, index) => ({
          Id: String(index),
          ReceiptHandle: receipt,
          VisibilityTimeout: seconds,
        })),
      }),
    );
    return toFailures(Failed);
  }

  override async depth(url: string): Promise<{ visible: number; inFlight: number; delayed: number }> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }
}

function toFailures(failed: readonly BatchResultErrorEntry[] | undefined): BatchFailure[] {
  return (failed ?? []).map((entry) => ({
    index: Number(entry.Id),
    code: entry.Code ?? 'Unknown',
    message: entry.Message ?? entry.Code ?? 'SQS gave no reason',
  }));
}

import type { BatchResultErrorEntry, Message } from '@aws-sdk/client-sqs';
import { type BatchFailure, type ReceiveOptions, type SendEntry, SqsApi } from './sqs-api.ts';
import type { SqsAction, SqsCall } from './sqs-call.ts';
import { LONGEST_POLL_MS } from './timeouts.ts';

interface BatchOutput {
  Successful?: { Id?: string }[];
  Failed?: BatchResultErrorEntry[];
}

const SYSTEM_ATTRIBUTES = [
  'ApproximateReceiveCount',
  'SentTimestamp',
  'ApproximateFirstReceiveTimestamp',
  'MessageGroupId',
];

/** The engine's port: what each of its calls asks for and what the answer means, however the call is made. */
export class QueueCalls extends SqsApi {
  readonly #call: SqsCall;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long any call but a long poll may take, in milliseconds */
  constructor(call: SqsCall, timeoutMs: number) {
    super();
    this.#call = call;
    this.#timeoutMs = timeoutMs;
  }

  override async receive(url: string, options: ReceiveOptions): Promise<Message[]> {
    const input = {
      QueueUrl: url,
      MaxNumberOfMessages: options.max,
      WaitTimeSeconds: options.waitSeconds,
      VisibilityTimeout: options.visibilitySeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: SYSTEM_ATTRIBUTES,
    };
    const output = await this.#call.send<{ Messages?: Message[] | null }>('ReceiveMessage', input, {
      timeoutMs: LONGEST_POLL_MS + this.#timeoutMs,
      signal: options.signal,
    });
    // Some servers write null where there are none.
    const messages = output.Messages ?? [];
    // What answered may have been a proxy. Nobody could say later which of its messages was at fault.
    if (Array.isArray(messages) && messages.every(isMessage)) return messages;
    throw new Error('the answer to ReceiveMessage is none that SQS writes');
  }

  override async sendBatch(url: string, entries: readonly SendEntry[]): Promise<BatchFailure[]> {
    const Entries = entries.map((entry, index) => ({
      Id: String(index),
      MessageBody: entry.body,
      MessageAttributes: entry.attributes,
      DelaySeconds: entry.delaySeconds || undefined,
      MessageGroupId: entry.groupId,
      MessageDeduplicationId: entry.deduplicationId,
    }));
    return this.#batch('SendMessageBatch', url, Entries);
  }

  override async deleteBatch(url: string, receipts: readonly string[]): Promise<BatchFailure[]> {
    const Entries = receipts.map((receipt, index) => ({ Id: String(index), ReceiptHandle: receipt }));
    return this.#batch('DeleteMessageBatch', url, Entries);
  }

  override async changeVisibilityBatch(
    url: string,
    entries: readonly { receipt: string; seconds: number }[],
  ): Promise<BatchFailure[]> {
    const Entries = entries.map(({ receipt, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    }));
    return this.#batch('ChangeMessageVisibilityBatch', url, Entries);
  }

  override async depth(url: string): Promise<{ visible: number; inFlight: number; delayed: number }> {
    const input = {
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    };
    const { Attributes: counts = {} } = await this.#call.send<{ Attributes?: Record<string, string> }>(
      'GetQueueAttributes',
      input,
      { timeoutMs: this.#timeoutMs },
    );
    return {
      visible: Number(counts.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(counts.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }

  /** An entry that the answer does not name was not done, as far as anybody knows: what answered may have been a proxy. */
  async #batch(action: SqsAction, url: string, Entries: readonly object[]): Promise<BatchFailure[]> {
    const input = { QueueUrl: url, Entries };
    const output = await this.#call.send<BatchOutput>(action, input, { timeoutMs: this.#timeoutMs });
    const { Successful = [], Failed = [] } = output;
    const failures = Failed.map((entry) => ({
      index: Number(entry.Id),
      code: entry.Code ?? 'Unknown',
      message: entry.Message ?? entry.Code ?? 'SQS gave no reason',
    }));
    const reported = new Set([...Successful.map(({ Id }) => Number(Id)), ...failures.map(({ index }) => index)]);
    for (const index of Entries.keys()) {
      if (!reported.has(index))
        failures.push({ index, code: 'Unconfirmed', message: `the answer to ${action} leaves it out` });
    }
    return failures;
  }
}

function isMessage(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { Body = '', ReceiptHandle = '', MessageId = '', Attributes = {}, MessageAttributes = {} } = value;
  if (![Body, ReceiptHandle, MessageId].every((text) => typeof text === 'string')) return false;
  if (!isRecord(Attributes) || !isRecord(MessageAttributes)) return false;
  return Object.values(MessageAttributes).every(
    (one) => isRecord(one) && (one.StringValue === undefined || typeof one.StringValue === 'string'),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

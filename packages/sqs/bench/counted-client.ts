import type { Message, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { SQS_LIMITS, SqsApi } from '../src/client/sqs-api.ts';
import { toSqsApi } from '../src/client/to-sqs-api.ts';
import { createSqsClient } from '../src/index.ts';

export interface Requests {
  /** Requests of each kind. */
  byCall: Record<string, number>;
  total: number;
  /** As AWS bills: once for each 64 KB of what a request carries. */
  billed: number;
}

/** An SQS client whose requests are counted, and the engine's port, whose requests are too. */
export function countedClient(endpoint: string): { client: SQSClient; api: SqsApi; requests: Requests } {
  const requests: Requests = { byCall: {}, total: 0, billed: 0 };
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = createSqsClient({ region: 'us-east-1', endpoint, credentials, maxSockets: 256 });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      count(requests, String(context.commandName).replace('Command', ''), carried(args.input, result.output));
      return result;
    },
    { step: 'initialize' },
  );
  return { client, api: new CountedApi(toSqsApi(client), requests), requests };
}

function count(requests: Requests, call: string, bytes: number): void {
  requests.byCall[call] = (requests.byCall[call] ?? 0) + 1;
  requests.total += 1;
  requests.billed += Math.max(1, Math.ceil(bytes / SQS_LIMITS.billedBytes));
}

class CountedApi extends SqsApi {
  readonly #inner: SqsApi;
  readonly #requests: Requests;

  constructor(inner: SqsApi, requests: Requests) {
    super();
    this.#inner = inner;
    this.#requests = requests;
  }

  override async receive(...args: Parameters<SqsApi['receive']>) {
    const messages = await this.#inner.receive(...args);
    const bytes = messages.reduce((sum, message) => sum + (message.Body?.length ?? 0), 0);
    count(this.#requests, 'ReceiveMessage', bytes);
    return messages;
  }
  override sendBatch(...args: Parameters<SqsApi['sendBatch']>) {
    const bytes = args[1].reduce((sum, entry) => sum + entry.body.length, 0);
    count(this.#requests, 'SendMessageBatch', bytes);
    return this.#inner.sendBatch(...args);
  }
  override deleteBatch(...args: Parameters<SqsApi['deleteBatch']>) {
    count(this.#requests, 'DeleteMessageBatch', 0);
    return this.#inner.deleteBatch(...args);
  }
  override changeVisibilityBatch(...args: Parameters<SqsApi['changeVisibilityBatch']>) {
    count(this.#requests, 'ChangeMessageVisibilityBatch', 0);
    return this.#inner.changeVisibilityBatch(...args);
  }
  override depth(url: string) {
    return this.#inner.depth(url);
  }
}

interface Carrying {
  MessageBody?: string;
  Entries?: Partial<SendMessageBatchRequestEntry>[];
  Messages?: Message[];
}

function carried(input: object, output: object): number {
  const { MessageBody = '', Entries = [] } = input as Carrying;
  const { Messages = [] } = output as Carrying;
  let bytes = MessageBody.length;
  for (const entry of Entries) bytes += entry.MessageBody?.length ?? 0;
  for (const message of Messages) bytes += message.Body?.length ?? 0;
  return bytes;
}

import type { Message, SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient, SQS_LIMITS } from '../src/index.ts';

export interface Requests {
  /** Requests of each kind. */
  byCall: Record<string, number>;
  total: number;
  /** As AWS bills: once for each 64 KB of what a request carries. */
  billed: number;
}

/** An SQS client whose requests are counted. */
export function countedClient(endpoint: string): { client: SQSClient; requests: Requests } {
  const requests: Requests = { byCall: {}, total: 0, billed: 0 };
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = createSqsClient({ region: 'us-east-1', endpoint, credentials, maxSockets: 128 });
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const call = String(context.commandName).replace('Command', '');
      requests.byCall[call] = (requests.byCall[call] ?? 0) + 1;
      requests.total += 1;
      requests.billed += Math.max(1, Math.ceil(carried(args.input, result.output) / SQS_LIMITS.billedBytes));
      return result;
    },
    { step: 'initialize' },
  );
  return { client, requests };
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

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type SqsAction, SqsCall } from './sqs-call.ts';

const COMMANDS = {
  ReceiveMessage: ReceiveMessageCommand,
  SendMessageBatch: SendMessageBatchCommand,
  DeleteMessageBatch: DeleteMessageBatchCommand,
  ChangeMessageVisibilityBatch: ChangeMessageVisibilityBatchCommand,
  GetQueueAttributes: GetQueueAttributesCommand,
} as const;

/** Calls through AWS's SDK, with the middleware, retries and limits of its client. */
export class SdkCall extends SqsCall {
  readonly #client: SQSClient;

  constructor(client: SQSClient) {
    super();
    this.#client = client;
  }

  override async send<Output>(
    action: SqsAction,
    input: { QueueUrl: string },
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<Output> {
    const options = { requestTimeout: timeoutMs, ...(signal ? { abortSignal: signal } : {}) };
    const Command = COMMANDS[action] as typeof GetQueueAttributesCommand;
    return (await this.#client.send(new Command(input), options)) as Output;
  }
}

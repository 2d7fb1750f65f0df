/** The calls that the engine makes all the time. */
export type SqsAction =
  | 'ReceiveMessage'
  | 'SendMessageBatch'
  | 'DeleteMessageBatch'
  | 'ChangeMessageVisibilityBatch'
  | 'GetQueueAttributes';

/** One call of SQS's API, by whatever way: `DirectCall` over HTTP, `SdkCall` through the SDK. */
export abstract class SqsCall {
  /**
   * @param input as in SQS's API reference, `QueueUrl` included
   * @param timeoutMs how long the call may take
   * @throws an error named by SQS's code (`QueueDoesNotExist`), with `$metadata.requestId`, when SQS answers with one
   */
  abstract send<Output>(
    action: SqsAction,
    input: { QueueUrl: string },
    options: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<Output>;
}

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** What a policy of IAM allows, without its `sqs:`. */
export type Right = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility';

/** Errors of somebody who may not, or whom SQS does not know. */
export const REFUSED = /AccessDenied|NotAuthorized|AuthFailure|InvalidClientTokenId|Signature|403/i;

/**
 * Which rights to a queue are missing. Each is asked for by a call that can do nothing: it is refused for the right that is missing, or
 * else for what is wrong with it (no entries, no message to be received), which SQS looks at later.
 */
export async function lackingRights(client: SQSClient, name: string, rights: readonly Right[]): Promise<Right[]> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  const nothing = { QueueUrl, Entries: [] };
  const calls: Record<Right, () => Promise<unknown>> = {
    SendMessage: () => client.send(new SendMessageBatchCommand(nothing)),
    // One that is handed out by an SQS that takes this for a wish is there again at once.
    ReceiveMessage: () =>
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 0, VisibilityTimeout: 0 })),
    DeleteMessage: () => client.send(new DeleteMessageBatchCommand(nothing)),
    ChangeMessageVisibility: () => client.send(new ChangeMessageVisibilityBatchCommand(nothing)),
  };
  const refused = await Promise.all(
    rights.map((right) =>
      calls[right]().then(
        () => false,
        (error: unknown) => REFUSED.test(`${error}`),
      ),
    ),
  );
  return rights.filter((_, index) => refused[index]);
}

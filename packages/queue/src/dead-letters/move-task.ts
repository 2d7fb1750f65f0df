import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Clock } from '@postern/runtime';
import type { QueueAddress } from '../client/queue-directory.ts';

export interface MoveProgress {
  moved: number;
  /** Undefined while it is not known. */
  total: number | undefined;
}

/** How often a task is asked how far it has come, in milliseconds. */
const POLL_MS = 1_000;
/** What servers that know no move tasks answer: fauxqs, and SQS look-alikes of before 2023. */
const UNKNOWN = /Unknown ?Operation|InvalidAction|UnsupportedOperation|NotImplemented/i;

/** SQS ended a move before everything was moved. */
export class MoveTaskError extends Error {
  override name = 'MoveTaskError';
}

/**
 * Has SQS move a whole dead-letter queue to its source (StartMessageMoveTask) and follows it. Returns undefined when the
 * server knows no such tasks. The destination is named: letters that the engine put there itself have no "original
 * source" in SQS's books.
 */
export async function moveAll(
  client: SQSClient,
  { url, deadLetterUrl }: QueueAddress,
  { perSecond, clock, onProgress }: { perSecond?: number; clock: Clock; onProgress: (progress: MoveProgress) => void },
): Promise<MoveProgress | undefined> {
  const [SourceArn, DestinationArn] = await Promise.all([deadLetterUrl, url].map((of) => arnOf(client, of)));
  let handle: string | undefined;
  try {
    const rate = perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: perSecond };
    handle = (await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, ...rate }))).TaskHandle;
  } catch (error) {
    if (isUnknownOperation(error)) return undefined;
    throw error;
  }
  for (;;) {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }));
    // A task that has ended has no handle any more; the newest comes first.
    const task = Results.find(({ TaskHandle }) => TaskHandle === handle) ?? Results[0];
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    // AWS tells how many there were, ElasticMQ how many are left: only the former is a total.
    const toMove = task?.ApproximateNumberOfMessagesToMove;
    const progress = { moved, total: toMove !== undefined && toMove >= moved ? toMove : undefined };
    onProgress(progress);
    if (task?.Status === 'COMPLETED') return progress;
    if (task?.Status !== undefined && task.Status !== 'RUNNING') {
      throw new MoveTaskError(
        `SQS ended the move as ${task.Status} after ${moved} messages: ${task.FailureReason ?? 'no reason given'}`,
      );
    }
    await clock.sleep(POLL_MS);
  }
}

async function arnOf(client: SQSClient, url: string): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  const arn = (await client.send(command)).Attributes?.QueueArn;
  if (!arn) throw new MoveTaskError(`SQS tells no ARN for ${url}`);
  return arn;
}

function isUnknownOperation(error: unknown): boolean {
  return error instanceof Error && UNKNOWN.test(`${error.name} ${error.message}`);
}

import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type QueueAddress, QueueDirectory } from './queue-directory.ts';
import { SQS_LIMITS } from './sqs-api.ts';

const DAY_SECONDS = 86_400;
/** The longest SQS keeps a message. A dead letter keeps its first time of sending, so it needs longer than its source. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;
const RETENTION_SECONDS = 4 * DAY_SECONDS;
/**
 * The engine dead-letters with a reason, long before. SQS's own redrive is the net below: for a message that kills its
 * consumer each time, or whose dead letter cannot be written.
 */
const MAX_RECEIVE_COUNT = 100;

interface OpenQueuesOptions {
  /** Put before each name: `postern-` makes `postern-events` and `postern-events-dead`. */
  prefix: string;
  /** Names in code; one that ends in `.fifo` is a FIFO queue, and so is its dead-letter queue. */
  names: readonly string[];
  /** Make what is missing (playground, tests, compose). Without it, what is missing is an error. */
  create: boolean;
}

export class MissingQueuesError extends Error {
  override name = 'MissingQueuesError';
  readonly queues: readonly string[];

  constructor(queues: readonly string[]) {
    super(
      `These SQS queues do not exist: ${queues.join(', ')}. Create them, or set QUEUE_CREATE=true where that is wanted.`,
    );
    this.queues = queues;
  }
}

/** The queue's and its dead-letter queue's full names. */
export function queueNames(prefix: string, name: string): { queue: string; dead: string } {
  const fifo = name.endsWith('.fifo');
  const stem = fifo ? name.slice(0, -'.fifo'.length) : name;
  const ending = fifo ? '.fifo' : '';
  return { queue: `${prefix}${stem}${ending}`, dead: `${prefix}${stem}-dead${ending}` };
}

/**
 * Finds each queue and its dead-letter queue and reads their settings.
 *
 * @throws MissingQueuesError naming all that are missing, when `create` is false
 */
export async function openQueues(client: SQSClient, options: OpenQueuesOptions): Promise<QueueDirectory> {
  const missing: string[] = [];
  const addresses: QueueAddress[] = [];
  for (const name of options.names) {
    const { queue, dead } = queueNames(options.prefix, name);
    const fifo = name.endsWith('.fifo');
    const deadUrl = await findOrCreate(client, dead, options.create, () => ({
      MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS),
      ...(fifo ? { FifoQueue: 'true' } : {}),
    }));
    const letters = deadUrl === undefined ? {} : await attributesOf(client, deadUrl);
    const url = await findOrCreate(client, queue, options.create, () => ({
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.QueueArn, maxReceiveCount: MAX_RECEIVE_COUNT }),
      ...(fifo ? { FifoQueue: 'true' } : {}),
    }));
    if (!url) missing.push(queue);
    if (!deadUrl) missing.push(dead);
    if (url && deadUrl)
      addresses.push(
        toAddress(name, { url, settings: await attributesOf(client, url) }, { url: deadUrl, settings: letters }),
      );
  }
  if (missing.length > 0) throw new MissingQueuesError(missing);
  return new QueueDirectory(addresses);
}

async function findOrCreate(
  client: SQSClient,
  name: string,
  create: boolean,
  attributes: () => Record<string, string>,
): Promise<string | undefined> {
  const url = await findQueue(client, name);
  if (url !== undefined || !create) return url;
  return (await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes() }))).QueueUrl;
}

/** A queue's URL by its full name; undefined when there is none. */
export async function findQueue(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (!isMissing(error)) throw error;
    return undefined;
  }
}

/** ElasticMQ answers with the query protocol's name of the same error. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof QueueDoesNotExist ||
    (error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name))
  );
}

async function attributesOf(client: SQSClient, url: string): Promise<Record<string, string>> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return Attributes ?? {};
}

interface Found {
  url: string;
  settings: Record<string, string>;
}

function toAddress(name: string, { url, settings }: Found, dead: Found): QueueAddress {
  const redrive: { maxReceiveCount?: number | string } = JSON.parse(settings.RedrivePolicy || '{}');
  return {
    name,
    url,
    deadLetterUrl: dead.url,
    deadLetterMaxBytes: Number(dead.settings.MaximumMessageSize ?? SQS_LIMITS.bytes),
    fifo: settings.FifoQueue === 'true',
    retentionSeconds: Number(settings.MessageRetentionPeriod ?? RETENTION_SECONDS),
    maxReceiveCount: redrive.maxReceiveCount === undefined ? undefined : Number(redrive.maxReceiveCount),
  };
}

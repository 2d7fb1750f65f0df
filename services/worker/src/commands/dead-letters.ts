import { signEnvelope } from '@postern/events';
import { type Command, errorMessage, operatorName } from '@postern/runtime';
import {
  checkDeadLettersArguments,
  createSqsClient,
  DEAD_LETTERS_HELP,
  DeadLetters,
  deadLettersCommand,
  findQueue,
  openQueues,
  type QueueDirectory,
  queueNames,
} from '@postern/sqs';
import { QUEUES, readDeadLettersConfig } from '../config.ts';
import type { SqsClient } from '../consumers.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { writerKeys } from '../envelope-keys.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

/** What was given up: read, mended, sent back or removed. */
export const deadLetters: Command = {
  name: 'dead-letters',
  summary: 'Lists, shows, retries, edits or removes messages that were given up',
  usage: DEAD_LETTERS_HELP,
  run: handleDeadLetters,
};

async function handleDeadLetters(args: readonly string[]): Promise<number> {
  checkDeadLettersArguments(args, QUEUES);
  const config = readDeadLettersConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  try {
    const queues = await open(client, config).catch((error: unknown) =>
      complain(`dead-letters: the queues cannot be reached: ${errorMessage(error)}`),
    );
    return queues
      ? await deadLettersCommand(args, {
          deadLetters: new DeadLetters(client, queues, { logger }),
          print: say,
          printError: complain,
          by: operatorName(),
          sign: (queue, body) => (queue === 'provider-events' ? body : signEnvelope(writerKeys(config), body)),
        })
      : 1;
  } finally {
    client.destroy();
  }
}

/** All queues that there are. Those of providers are made by the replicas that consume them, and not for being looked at. */
async function open(client: SqsClient, config: ReturnType<typeof readDeadLettersConfig>): Promise<QueueDirectory> {
  const { QUEUE_PREFIX: prefix, QUEUE_CREATE: create } = config;
  const names = new Set<string>(['events', 'mail', 'jobs', ...config.WORKER_QUEUES]);
  for (const name of QUEUES) {
    if (!names.has(name) && (await findQueue(client, queueNames(prefix, name).queue))) names.add(name);
  }
  return openQueues(client, { prefix, names: [...names], create });
}

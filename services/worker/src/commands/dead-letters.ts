import { signEnvelope } from '@postern/events';
import { createSqsClient, DEAD_LETTERS_HELP, DeadLetters, deadLettersCommand, openQueues } from '@postern/queue';
import { type Command, errorMessage, operatorName } from '@postern/runtime';
import { readDeadLettersConfig } from '../config.ts';
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
  const config = readDeadLettersConfig();
  const logger = createServiceLogger({ level: config.LOG_LEVEL, to: 'stderr' });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  try {
    const names = [...new Set(['events', 'mail', 'jobs', ...config.WORKER_QUEUES])];
    const queues = await openQueues(client, { prefix: config.QUEUE_PREFIX, names, create: config.QUEUE_CREATE }).catch(
      (error: unknown) => complain(`dead-letters: the queues cannot be reached: ${errorMessage(error)}`),
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

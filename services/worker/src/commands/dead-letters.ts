import { userInfo } from 'node:os';
import { createSqsClient, DeadLetters, deadLettersCommand, openQueues } from '@postern/queue';
import { createLogger, errorMessage } from '@postern/runtime';
import { readDeadLettersConfig } from '../config.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

/** `dead-letters …`: what was given up, read, mended, sent back or removed. The exit code is 2 for what makes no sense. */
export async function deadLetters(args: string[]): Promise<void> {
  const config = readDeadLettersConfig();
  const logger = createLogger({ service: 'worker', level: config.LOG_LEVEL });
  const client = createSqsClient({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT });
  try {
    const names = [...new Set(['events', 'mail', 'jobs', ...config.WORKER_QUEUES])];
    const queues = await openQueues(client, { prefix: config.QUEUE_PREFIX, names, create: config.QUEUE_CREATE }).catch(
      (error: unknown) => complain(`dead-letters: the queues cannot be reached: ${errorMessage(error)}`),
    );
    process.exitCode = queues
      ? await deadLettersCommand(args, {
          deadLetters: new DeadLetters(client, queues, { logger }),
          print: say,
          printError: complain,
          by: userInfo().username,
        })
      : 1;
  } finally {
    client.destroy();
  }
}

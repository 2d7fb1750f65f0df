import { DeadLetters, type QueueDirectory } from '@postern/sqs';
import type { Config } from '../config.ts';
import type { SqsClient } from '../consumers.ts';
import { OperationRunner, type OperationRunnerParts } from './operation-runner.ts';

/** What a replica needs to work on operations, besides SQS. */
export class Operating {
  readonly #parts: OperationRunnerParts;

  constructor(parts: OperationRunnerParts) {
    this.#parts = parts;
  }

  /** Begins to look for operations. */
  start(client: SqsClient, queues: QueueDirectory, { SQS_ENDPOINT }: Pick<Config, 'SQS_ENDPOINT'>): OperationRunner {
    const { database, logger } = this.#parts;
    const waitSeconds = lookSeconds(SQS_ENDPOINT);
    const letters = new DeadLetters(client, queues, { logger, clock: database.clock, waitSeconds });
    const runner = new OperationRunner(this.#parts, letters);
    runner.start();
    return runner;
  }
}

/** A look that does not wait asks only some of AWS's servers; other servers of SQS have no others. */
export function lookSeconds(endpoint: string | undefined): number {
  return endpoint === undefined ? 1 : 0;
}

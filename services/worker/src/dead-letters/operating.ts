import type { Outbox } from '@postern/durable';
import type { Database, Logger } from '@postern/runtime';
import { DeadLetters, type QueueDirectory } from '@postern/sqs';
import type { Config } from '../config.ts';
import { OperatorAudit } from '../console/operators/operator-audit.ts';
import type { SqsClient } from '../consumers.ts';
import { Canary } from './canary.ts';
import type { LetterRegister } from './letter-register.ts';
import { OperationRunner } from './operation-runner.ts';
import { Operations } from './operations.ts';

/** What a replica needs to work on operations, besides SQS. */
export class Operating {
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #register: LetterRegister;
  readonly #outbox: Outbox;

  constructor(database: Database, logger: Logger, register: LetterRegister, outbox: Outbox) {
    this.#database = database;
    this.#logger = logger;
    this.#register = register;
    this.#outbox = outbox;
  }

  /** Begins to look for operations. */
  start(client: SqsClient, queues: QueueDirectory, { SQS_ENDPOINT }: Pick<Config, 'SQS_ENDPOINT'>): OperationRunner {
    const [database, logger] = [this.#database, this.#logger];
    const letters = new DeadLetters(client, queues, {
      logger,
      clock: database.clock,
      waitSeconds: lookSeconds(SQS_ENDPOINT),
    });
    const operations = new Operations(database, new OperatorAudit(database));
    const parts = {
      database,
      logger,
      operations,
      register: this.#register,
      canary: new Canary(database),
      outbox: this.#outbox,
    };
    const runner = new OperationRunner(parts, letters);
    runner.start();
    return runner;
  }
}

/** A look that does not wait asks only some of AWS's servers; other servers of SQS have no others. */
export function lookSeconds(endpoint: string | undefined): number {
  return endpoint === undefined ? 1 : 0;
}

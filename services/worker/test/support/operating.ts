import { Outbox } from '@postern/durable';
import { MemoryLogger, Metrics } from '@postern/runtime';
import { DeadLetters } from '@postern/sqs';
import { Canary } from '../../src/dead-letters/canary.ts';
import { LetterRegister } from '../../src/dead-letters/letter-register.ts';
import { OperationRunner } from '../../src/dead-letters/operation-runner.ts';
import { Operations } from '../../src/dead-letters/operations.ts';
import { OperatorAudit } from '../../src/operators/operator-audit.ts';
import { Pauses } from '../../src/pauses/pauses.ts';
import type { WorkerParts } from './worker-process.ts';

/** What works on operations, in this process. */
export function operating(
  { test, sender, sqs, queues }: WorkerParts,
  letters: DeadLetters = new DeadLetters(sqs.client, queues, { logger: new MemoryLogger(), waitSeconds: 0 }),
) {
  const { database } = test;
  const logger = new MemoryLogger();
  const outbox = new Outbox(database, sender, { logger, metrics: new Metrics({ defaults: false }) });
  const audit = new OperatorAudit(database);
  const [register, operations] = [new LetterRegister(database), new Operations(database, audit)];
  const [canary, pauses] = [new Canary(database), new Pauses(database)];
  const runner = new OperationRunner({ database, logger, operations, register, canary, outbox, pauses }, letters);
  return { audit, register, operations, pauses, outbox, letters, runner, logger };
}

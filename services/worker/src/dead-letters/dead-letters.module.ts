import { Outbox } from '@postern/durable';
import { type EnvelopeReader, type QueueName, queueContents } from '@postern/events';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { OperatorAudit } from '../console/operators/operator-audit.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { LetterRegister } from './letter-register.ts';
import { Operating } from './operating.ts';
import { Operations } from './operations.ts';
import { ParkedLetters } from './parked-letters.ts';

/** The register of what was given up, which every worker writes to, and what operators do with it. */
export const deadLettersModule = ({ config, logger, clock, mails, eventReader, jobEnvelopes }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, LetterRegister, [Database], (database: Database) => new LetterRegister(database));
    bindFactory(
      module,
      ParkedLetters,
      [Database, LetterRegister],
      (database: Database, register: LetterRegister) =>
        new ParkedLetters({
          ...{ register, operations: new Operations(database, new OperatorAudit(database)) },
          ...{ readers: readersOf(config.WORKER_QUEUES, { eventReader, jobEnvelopes }), mails, clock, logger },
        }),
    );
    bindFactory(
      module,
      Operating,
      [Database, LetterRegister, Outbox],
      (database: Database, register: LetterRegister, outbox: Outbox) =>
        new Operating(database, logger, register, outbox),
    );
  });

type Readers = Pick<WorkerParts, 'eventReader' | 'jobEnvelopes'>;

/** What reads the messages of each queue that has messages of ours. */
function readersOf(queues: readonly QueueName[], { eventReader, jobEnvelopes }: Readers): Map<string, EnvelopeReader> {
  const readers = { events: eventReader, mails: jobEnvelopes, jobs: jobEnvelopes, foreign: undefined };
  return new Map(
    queues.flatMap((queue) => {
      const reader = readers[queueContents[queue]];
      return reader ? [[queue, reader] as const] : [];
    }),
  );
}

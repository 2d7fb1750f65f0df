import { Outbox } from '@postern/durable';
import { type EnvelopeReader, findDefinition, type QueueName, queueContents } from '@postern/events';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { OperatorAudit } from '../operators/operator-audit.ts';
import { Pauses } from '../pauses/pauses.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { Canary } from './canary.ts';
import { LetterRegister } from './letter-register.ts';
import { Operating } from './operating.ts';
import { Operations } from './operations.ts';
import { ParkedLetters } from './parked-letters.ts';
import { sendable } from './sendable.ts';

/** The register of what was given up, which every worker writes to, and what operators do with it. */
export const deadLettersModule = ({ config, logger, clock, mails, eventReader, jobEnvelopes }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, LetterRegister, [Database], (database) => new LetterRegister(database));
    bindFactory(module, Operations, [Database], (db) => new Operations(db, new OperatorAudit(db)));
    bindFactory(
      module,
      ParkedLetters,
      [LetterRegister, Operations, Outbox],
      (register, operations, outbox) =>
        new ParkedLetters({
          ...{ register, operations, mails, clock, logger },
          knowsJob: (type, version) => findDefinition(jobEnvelopes.catalog, type, version) !== undefined,
          sendable: (letter) => sendable(letter, { outbox, now: clock.now() }),
          readers: readersOf(config.WORKER_QUEUES, { eventReader, jobEnvelopes }),
        }),
    );
    bindFactory(
      module,
      Operating,
      [Database, LetterRegister, Operations, Outbox],
      (database, register, operations, outbox) =>
        new Operating({
          ...{ database, logger, register, operations, outbox },
          ...{ canary: new Canary(database), pauses: new Pauses(database) },
        }),
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

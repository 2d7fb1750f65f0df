import { Outbox } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import type { WorkerParts } from '../worker-parts.ts';
import { LetterRegister } from './letter-register.ts';
import { Operating } from './operating.ts';

/** The register of what was given up, which every worker writes to, and what operators do with it. */
export const deadLettersModule = ({ logger }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, LetterRegister, [Database], (database: Database) => new LetterRegister(database));
    bindFactory(
      module,
      Operating,
      [Database, LetterRegister, Outbox],
      (database: Database, register: LetterRegister, outbox: Outbox) =>
        new Operating(database, logger, register, outbox),
    );
  });

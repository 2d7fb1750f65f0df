import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import type { WorkerParts } from '../worker-parts.ts';
import { PauseWatch } from './pause-watch.ts';
import { Pauses } from './pauses.ts';

/** Queues and handlers that operators have paused. */
export const pausesModule = ({ logger, metrics, clock }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, Pauses, [Database], (database) => new Pauses(database));
    bindFactory(module, PauseWatch, [Pauses], (pauses) => new PauseWatch(pauses, { logger, metrics, clock }));
  });

import { JobDispatcher, Scheduler } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import type { WorkerParts } from '../worker-parts.ts';
import { schedules } from './all.ts';

/** What dispatches jobs at their times. */
export const schedulesModule = ({ logger, metrics, clock }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, Scheduler, [Database, JobDispatcher], (db, dispatcher) => {
      const scheduler = new Scheduler(db, { logger, metrics, clock, dispatcher });
      for (const schedule of schedules) scheduler.add(schedule);
      return scheduler;
    });
  });

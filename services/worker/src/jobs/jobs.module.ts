import { Inbox, JobDispatcher, JobRunner, Outbox, Scheduler } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { RETRY } from '../consumers.ts';
import { PatientReader } from '../listeners/patient-reader.ts';
import { Mailer } from '../mail/delivery/mailer.ts';
import { schedules } from '../schedules/index.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { jobEncoder } from './encode-job.ts';
import { jobHandlers } from './index.ts';
import { JobRouter } from './job-router.ts';
import { jobReader } from './read-job.ts';

const DAY_MS = 86_400_000;

/** Jobs, and the schedules that dispatch them. */
export const jobsModule = ({ config, logger, clock, writer, jobEnvelopes }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      JobDispatcher,
      [Database, Outbox],
      (db: Database, outbox: Outbox) => new JobDispatcher(db, outbox, { clock, encode: jobEncoder(writer) }),
    );
    bindFactory(
      module,
      JobRunner,
      [Database, Inbox, Outbox],
      (db: Database, inbox: Inbox, outbox: Outbox) =>
        new JobRunner(db, inbox, outbox, {
          ...{ logger, clock, attempts: RETRY.attempts },
          read: jobReader(jobEnvelopes),
        }),
    );
    bindFactory(module, Scheduler, [Database, JobDispatcher], (db: Database, dispatcher: JobDispatcher) => {
      const scheduler = new Scheduler(db, { logger, clock, dispatcher });
      for (const schedule of schedules) scheduler.add(schedule);
      return scheduler;
    });
    bindFactory(module, JobRouter, [Mailer, Database], (mailer: Mailer, db: Database) => {
      const reader = new PatientReader(jobEnvelopes, config.WORKER_UNKNOWN_MS);
      const mailRetentionMs = config.MAIL_RETENTION_DAYS * DAY_MS;
      return new JobRouter(jobHandlers({ mailer, database: db, mailRetentionMs, clock }), reader);
    });
  });

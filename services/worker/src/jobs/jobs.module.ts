import { Inbox, JobDispatcher, JobRunner, Outbox, Scheduler } from '@postern/durable';
import { bindFactory, Database } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { RETRY } from '../consumers.ts';
import { PatientReader } from '../listeners/patient-reader.ts';
import { MailQueues } from '../mail/delivery/mail-queue.ts';
import { Mailer } from '../mail/delivery/mailer.ts';
import { PauseWatch } from '../pauses/pause-watch.ts';
import { HandlerBreakers } from '../policies/handler-breakers.ts';
import { SharedRates } from '../policies/shared-rates.ts';
import { type PolicyTools, withPolicies } from '../policies/with-policies.ts';
import { schedules } from '../schedules/index.ts';
import { WorkContexts } from '../work-context.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { jobEncoder } from './encode-job.ts';
import type { JobHandler } from './handle-job.ts';
import { jobHandlers } from './index.ts';
import { JobRouter } from './job-router.ts';
import { jobReader } from './read-job.ts';

const DAY_MS = 86_400_000;

/** Jobs, and the schedules that dispatch them. */
export const jobsModule = ({ config, logger, metrics, clock, writer, jobEnvelopes }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(
      module,
      JobDispatcher,
      [Database, Outbox],
      (db, outbox) => new JobDispatcher(db, outbox, { clock, encode: jobEncoder(writer) }),
    );
    bindFactory(
      module,
      JobRunner,
      [Database, Inbox, Outbox],
      (db, inbox, outbox) =>
        new JobRunner(db, inbox, outbox, {
          ...{ logger, clock, attempts: RETRY.attempts },
          read: jobReader(jobEnvelopes),
        }),
    );
    bindFactory(module, Scheduler, [Database, JobDispatcher], (db, dispatcher) => {
      const scheduler = new Scheduler(db, { logger, clock, dispatcher });
      for (const schedule of schedules) scheduler.add(schedule);
      return scheduler;
    });
    bindFactory(
      module,
      WorkContexts,
      [MailQueues, JobDispatcher],
      (mails, dispatcher) => new WorkContexts(mails, dispatcher, { logger, config, metrics }),
    );
    bindFactory(
      module,
      JobRouter,
      [Mailer, Database, WorkContexts, PauseWatch, SharedRates, HandlerBreakers],
      (mailer, db, contexts, pauses, rates, breakers) => {
        const unknownMs = config.WORKER_UNKNOWN_MS;
        const reader = new PatientReader(jobEnvelopes, unknownMs);
        const mailRetentionMs = config.MAIL_RETENTION_DAYS * DAY_MS;
        const operatorAuditMs = config.OPERATOR_AUDIT_RETENTION_DAYS * DAY_MS;
        const kept = { mailRetentionMs, operatorAuditMs, unknownMs };
        const handlers = jobHandlers({ mailer, database: db, ...kept, clock, metrics }).map((handler) =>
          pausable(byPolicies(handler, { rates, clock, breakers }), pauses),
        );
        return new JobRouter(handlers, reader, (job, message) => contexts.for(job.type, job, message));
      },
    );
  });

/** The handler, whose tries are run by the policies of its job. */
function byPolicies(handler: JobHandler, tools: PolicyTools): JobHandler {
  const { type, policies } = handler.job;
  const tried = withPolicies(`job ${type}`, policies, tools);
  return { ...handler, run: (data, context) => tried(context, (given) => handler.run(data, given)) };
}

/** The handler, which has its jobs wait while it is paused. */
function pausable(handler: JobHandler, pauses: PauseWatch): JobHandler {
  return {
    ...handler,
    run: async (data, context) => {
      pauses.pass(handler.job.type);
      await handler.run(data, context);
    },
  };
}

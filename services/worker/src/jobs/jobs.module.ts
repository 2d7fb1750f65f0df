import { Inbox, JobDispatcher, JobRecords, JobRunner, Outbox } from '@postern/durable';
import { bindFactory, Database, type Metrics } from '@postern/runtime';
import { ContainerModule } from 'inversify';
import { RETRY } from '../consumers.ts';
import { MailQueues } from '../mail/delivery/mail-queue.ts';
import { Mailer } from '../mail/delivery/mailer.ts';
import { PatientReader } from '../messages/patient-reader.ts';
import { PauseWatch } from '../pauses/pause-watch.ts';
import { HandlerBreakers } from '../policies/handler-breakers.ts';
import { SharedRates } from '../policies/shared-rates.ts';
import { type PolicyTools, withPolicies } from '../policies/with-policies.ts';
import { WorkContexts } from '../work-context.ts';
import type { WorkerParts } from '../worker-parts.ts';
import { jobEncoder } from './encode-job.ts';
import type { JobContext, JobHandler } from './handle-job.ts';
import { jobHandlers } from './index.ts';
import { JobRouter } from './job-router.ts';
import { jobReader } from './read-job.ts';

/** Jobs: how they are dispatched, and what runs them. */
export const jobsModule = ({ config, logger, metrics, clock, writer, jobEnvelopes }: WorkerParts) =>
  new ContainerModule((module) => {
    bindFactory(module, JobRecords, [Database], (db) => new JobRecords(db, { logger, clock }));
    bindFactory(
      module,
      JobDispatcher,
      [Database, Outbox, JobRecords],
      (db, outbox, records) => new JobDispatcher(db, outbox, { clock, records, encode: jobEncoder(writer) }),
    );
    bindFactory(
      module,
      JobRunner,
      [Database, Inbox, Outbox, JobRecords],
      (db, inbox, outbox, records) =>
        new JobRunner(db, inbox, outbox, {
          ...{ logger, clock, records, attempts: RETRY.attempts },
          read: jobReader(jobEnvelopes),
        }),
    );
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
        const reader = new PatientReader(jobEnvelopes, config.WORKER_UNKNOWN_MS);
        const tools = { mailer, database: db, clock };
        const handlers = jobHandlers.map((handler) =>
          pausable(byPolicies(counting(handler, metrics), { rates, clock, breakers }), pauses),
        );
        return new JobRouter(handlers, reader, (job, message) => ({
          ...contexts.for(job.type, job, message),
          ...tools,
        }));
      },
    );
  });

/** The handler with its counters, which are there from now on. */
function counting(handler: JobHandler, metrics: Metrics): JobHandler {
  const made = Object.entries(handler.counted).map(([name, help]) => [name, metrics.counter(name, help)] as const);
  const counters: JobContext['counters'] = Object.fromEntries(made);
  return { ...handler, run: (data, context) => handler.run(data, { ...context, counters }) };
}

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

import type { DataOf, MessageDefinition } from '@postern/events';
import type { Clock, Counter, Database } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import type { Mailer } from '../mail/delivery/mailer.ts';
import { inTry, type WorkContext } from '../work-context.ts';

/** What the worker lends to its handlers of jobs, besides what listeners have. */
interface JobTools {
  mailer: Mailer;
  database: Database;
  clock: Clock;
}

export interface JobContext<Names extends string = string> extends WorkContext, JobTools {
  message: ReceivedMessage;
  /** Those that the job names. */
  counters: Readonly<Record<Names, Counter>>;
}

/** Counters by name, with what each counts: they are there from 0 when the worker starts, which an alert on the first event needs. */
export type Counted<Names extends string> = Readonly<Record<Names, string>>;

export interface JobHandler {
  readonly job: MessageDefinition;
  readonly counted: Counted<string>;
  run(data: unknown, context: JobContext): Promise<void>;
}

/** Says who does a job of the catalog; list it in jobs/all.ts. One that nobody but workers dispatches is a `job` (job.ts). */
export function handleJob<Job extends MessageDefinition, Names extends string = never>(
  job: Job,
  handle: (data: DataOf<Job>, context: JobContext<Names>) => Promise<void>,
  counted: Counted<Names> = {} as Counted<Names>,
): JobHandler {
  return { job, counted, run: (data, context) => handle(data as DataOf<Job>, inTry(context) as JobContext<Names>) };
}

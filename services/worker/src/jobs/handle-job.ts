import type { DataOf, MessageDefinition } from '@postern/events';
import type { Clock, Database, Metrics } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import type { Mailer } from '../mail/delivery/mailer.ts';
import { inTry, type WorkContext } from '../work-context.ts';

export interface JobContext extends WorkContext {
  message: ReceivedMessage;
}

export interface JobTools {
  mailer: Mailer;
  database: Database;
  clock: Clock;
  /** For what counts from 0, which an alert on its first event needs. */
  metrics: Metrics;
  mailRetentionMs: number;
  operatorAuditMs: number;
  /** How long what this release does not know waits for a replica that does. */
  unknownMs: number;
}

export interface JobHandler {
  readonly job: MessageDefinition;
  run(data: unknown, context: JobContext): Promise<void>;
}

/** Says who does a job; list it in jobs/all.ts. */
export function handleJob<Job extends MessageDefinition>(
  job: Job,
  run: (data: DataOf<Job>, context: JobContext) => Promise<void>,
): JobHandler {
  return { job, run: (data, context) => run(data as DataOf<Job>, inTry(context)) };
}

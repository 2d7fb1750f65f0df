import type { JobDispatcher, Jobs } from '@postern/durable';
import type { Envelope } from '@postern/events';
import { isUuid, type Logger, type Metrics, traceIdOf } from '@postern/runtime';
import type { ReceivedMessage } from '@postern/sqs';
import { type CallOutside, callOutside, tracedFetch } from './call-outside.ts';
import type { Config } from './config.ts';
import type { MailQueue, MailQueues } from './mail/delivery/mail-queue.ts';

/** What listeners and handlers of jobs alike work with, for one message. */
export interface WorkContext {
  /** One mail of a kind for the message, however often it comes. */
  mail: MailQueue;
  /**
   * Dispatches jobs: now, later, at most one of a key, in a chain or a batch. They are kept in the outbox, where a crash cannot
   * lose them. Each goes out once, however often the work is tried: one with the same data is the same one at the next try.
   */
  jobs: Jobs;
  /** The worker's settings, validated at its start: a variable of yours is a line in config.ts. */
  config: Config;
  /** Calls somebody else's API within the time of this try; what is not a success is thrown as what it means for the message. */
  fetch: CallOutside;
  /** `metrics.counter('parcels_lost_total', 'Parcels that were lost').inc()`: there from its first event on. */
  metrics: Metrics;
  /** Lines carry the message's id, its trace, and who works on it. */
  log: Logger;
  /** Whom the message is about; undefined where that is nobody. */
  userId: string | undefined;
  /** Aborts when the time for this try is over or the worker ends. */
  signal: AbortSignal;
  /** 1 for the first try. */
  attempt: number;
}

/** What of a message its work looks at. */
export type WorkMessage = Pick<ReceivedMessage, 'attempt' | 'signal'>;

/** The context for one try of a handler, whose calls end with it. */
export function inTry<Context extends Pick<WorkContext, 'fetch' | 'signal'>>(context: Context): Context {
  return { ...context, fetch: callOutside(context.signal, context.fetch) };
}

/** Makes the context of each piece of work. */
export class WorkContexts {
  readonly #mails: MailQueues;
  readonly #jobs: JobDispatcher;
  readonly #base: { logger: Logger; config: Config; metrics: Metrics };

  constructor(mails: MailQueues, jobs: JobDispatcher, base: { logger: Logger; config: Config; metrics: Metrics }) {
    this.#mails = mails;
    this.#jobs = jobs;
    this.#base = base;
  }

  /** @param worker the name of the listener, or the type of the job: for ever, as it is in the keys of its mails and jobs */
  for(worker: string, { id, subject, traceparent, data }: Envelope, { attempt, signal }: WorkMessage): WorkContext {
    // People are known by such ids; a subject may be anything else.
    const userId = subject !== undefined && isUuid(subject) ? subject : undefined;
    return {
      userId,
      mail: this.#mails.for({ listener: worker, eventId: id, traceparent, userId, locale: localeOf(data) }),
      jobs: this.#jobs.forTry({ messageId: id, handler: worker, traceparent, subject: userId }),
      config: this.#base.config,
      metrics: this.#base.metrics,
      fetch: tracedFetch(traceparent),
      log: this.#base.logger.child({ worker, message_id: id, trace_id: traceIdOf(traceparent) }),
      signal,
      attempt,
    };
  }
}

function localeOf(data: unknown): string | undefined {
  const { locale } = (data ?? {}) as { locale?: unknown };
  return typeof locale === 'string' ? locale : undefined;
}

import {
  EnvelopeError,
  GATEWAY,
  JobRequested,
  type MessageDefinition,
  type QueueName,
  readData,
} from '@postern/events';
import { type Clock, newId, type Transaction } from '@postern/runtime';
import type { z } from 'zod';
import { type Events, type PublishOptions, userIdOf } from './event-publisher.ts';

interface JobOptions extends PublishOptions {
  /** One that runs jobs; default the job's own. */
  queue?: QueueName;
  /** Not before this many milliseconds from now. */
  delayMs?: number;
  /** Not before this time. Takes precedence over `delayMs`. */
  at?: Date;
  /**
   * At most one job of the key waits or runs, or, with a window, begins in so many milliseconds; default the job's own rule (`uniqueBy`). It counts from
   * when a worker hears of the job, some milliseconds after COMMIT.
   */
  unique?: { key: string; windowMs?: number };
}

/**
 * What was dispatched. Whether a unique job was there already is not known here, as it is for workers (`dispatched`): its key is looked up
 * when the worker hears of it, and then nobody has this id.
 */
interface RequestedJob {
  id: string;
}

/** What a service needs to dispatch jobs; `FakeJobs` is it in tests. */
export type Jobs = Pick<JobPublisher, 'dispatch'>;

/**
 * Has the worker do jobs: asked for through the outbox, so that a job is dispatched if and only if the transaction commits, and once. Chains and
 * batches are the worker's: dispatch a job that begins one.
 */
export class JobPublisher {
  readonly #events: Events;
  readonly #clock: Clock;

  constructor(events: Events, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  /**
   * Adds a job of the catalog to the transaction.
   *
   * @throws EnvelopeError when the data breaks the job's schema, or the gateway may not write the job: the transaction rolls back
   */
  async dispatch<Job extends MessageDefinition>(
    tx: Transaction,
    job: Job,
    data: z.input<Job['schema']>,
    { queue, delayMs, at, unique, subject = userIdOf(data), traceparent }: JobOptions = {},
  ): Promise<RequestedJob> {
    const { type, version } = job;
    if (job.kind !== 'job' || !job.writers.includes(GATEWAY)) {
      throw new EnvelopeError('not-its-writer', `${type} is not a job that the gateway may dispatch`);
    }
    const id = newId();
    const due = at ?? (delayMs === undefined ? undefined : new Date(this.#clock.now().getTime() + delayMs));
    const request = {
      ...{ job_id: id, job: type, job_version: version, data: readData(job, version, data) },
      ...(queue === undefined ? {} : { queue }),
      ...(due === undefined ? {} : { due_at: due.toISOString() }),
      ...(unique && { unique: { key: unique.key, ...(unique.windowMs && { window_ms: unique.windowMs }) } }),
    };
    await this.#events.dispatch(tx, JobRequested, request, { subject, traceparent });
    return { id };
  }
}

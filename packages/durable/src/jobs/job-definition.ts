import type { ReceivedMessage } from '@postern/sqs/ports';
import type { z } from 'zod';
import type { JobTicket } from './job-ticket.ts';

/**
 * What this package needs to know of a job: `defineJob` of @postern/events fits, and so does any other object like it.
 */
export interface JobDefinition {
  readonly type: string;
  readonly version: number;
  readonly schema: z.ZodType;
  /** The queue it goes to where whoever dispatches it names none. */
  readonly queue?: string;
  /** At most one job of the type and this key is unfinished, where whoever dispatches it names no key. */
  uniqueBy?(data: unknown): string;
}

/** What belongs to a job beside its data. */
export interface JobFields {
  id: string;
  /** Id of the user whom it is about. */
  subject?: string | undefined;
  traceparent?: string | undefined;
  ticket?: string | undefined;
  /** When it becomes due, where that is not now. */
  time?: Date;
}

/**
 * Writes a job as a message's body, such as an envelope. `id` and `ticket` belong into what is signed: see `ReadJob`.
 *
 * @throws when the data breaks the job's schema: whoever dispatches it learns so at once
 */
export type EncodeJob = (job: JobDefinition, data: unknown, fields: JobFields) => string;

/**
 * Reads who a received job is and what it belongs to, from what its writer has signed: a message's attributes are whatever
 * somebody who can write to the queue has made them.
 *
 * @throws when the message is not genuine; nothing is recorded of it then
 */
export type ReadJob = (message: ReceivedMessage) => { id: string; ticket: JobTicket; subject?: string | undefined };

/** A job with its data, ready to be dispatched: one member of a chain or batch. */
export interface JobCall {
  readonly job: JobDefinition;
  readonly data: unknown;
  /** The queue it goes to, where it is not the job's own. */
  readonly queue?: string;
}

/** `jobs.batch('newsletter', people.map((person) => call(SendNewsletter, person)))`: data is checked by the compiler. */
export function call<Job extends JobDefinition>(
  job: Job,
  data: z.input<Job['schema']>,
  options: { queue?: string } = {},
): JobCall {
  return { job, data, ...options };
}

import type { z } from 'zod';

/**
 * What this package needs to know of a job: `defineJob` of @postern/events fits, and so does any other object like it.
 */
export interface JobDefinition {
  readonly type: string;
  readonly version: number;
  readonly schema: z.ZodType;
}

/**
 * Writes a job as a message's body, such as an envelope.
 *
 * @throws when the data breaks the job's schema: whoever dispatches it learns so at once
 */
export type EncodeJob = (job: JobDefinition, data: unknown, fields: { id: string; traceparent?: string }) => string;

/** A job with its data, ready to be dispatched: one member of a chain or batch. */
export interface JobCall {
  readonly job: JobDefinition;
  readonly data: unknown;
  /** The queue it goes to, where it is not the dispatcher's own. */
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

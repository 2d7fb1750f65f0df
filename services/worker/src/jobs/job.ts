import { defineJob, type JobOptions, type MessageDefinition, WORKER } from '@postern/events';
import type { z } from 'zod';
import { type Counted, handleJob, type JobContext, type JobHandler } from './handle-job.ts';

interface OwnJob<Schema extends z.ZodType, Names extends string> extends Omit<JobOptions<z.input<Schema>>, 'writers'> {
  /** Of its data (default 1). With a higher one, `upcasts` say how the data of before becomes this one's. */
  version?: number;
  data: Schema;
  counters?: Counted<Names>;
  handle: (data: z.infer<Schema>, context: JobContext<Names>) => Promise<void>;
}

/**
 * A job that listeners, schedules and other jobs dispatch, and who does it, in one; list it in jobs/all.ts. No other service knows it, or
 * may write it: one that the gateway dispatches is defined in the catalog (`defineJob` of @postern/events), and handled by `handleJob`.
 *
 * @example
 * export const avatarResize = job('avatar.resize', {
 *   data: z.object({ id: z.uuid() }),
 *   tries: 5,
 *   handle: async ({ id }, { fetch, config }) => void (await fetch(config.AVATARS_URL, { json: { id } })),
 * });
 * @throws TypeError as `defineJob`
 */
export function job<Type extends string, Schema extends z.ZodType, Names extends string = never>(
  type: Type,
  { version = 1, data, counters, handle, ...options }: OwnJob<Schema, Names>,
): MessageDefinition<Type, Schema> & JobHandler {
  const definition = defineJob(type, version, data, { ...options, writers: [WORKER] } as JobOptions<z.input<Schema>>);
  return { ...definition, ...handleJob(definition, handle, counters) };
}

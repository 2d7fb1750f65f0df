import { z } from 'zod';
import { defineEvent } from '../define.ts';

/**
 * A service that runs no jobs wants one done: what it dispatched in a transaction, for the worker to put on its queue. `data` is the job's, whose own
 * definition says what belongs in it, and who may write it.
 */
export const JobRequested = defineEvent(
  'job.requested',
  1,
  z.object({
    /** The id that the job has from its dispatch on. */
    job_id: z.uuid(),
    job: z.string().min(1).max(100),
    job_version: z.int().positive(),
    data: z.unknown(),
    queue: z.string().min(1).max(80).optional(),
    /** Not before this. */
    due_at: z.iso.datetime().optional(),
    /** At most one job of the key waits or runs; with `window_ms` one in that time, done or not. */
    unique: z.object({ key: z.string().min(1).max(190), window_ms: z.int().positive().optional() }).optional(),
  }),
);

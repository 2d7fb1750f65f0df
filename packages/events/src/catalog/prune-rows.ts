import { z } from 'zod';
import { defineJob } from '../define.ts';

/** Delete rows of the worker that are past their time. Safe to repeat: what is gone is gone. */
export const PruneRows = defineJob(
  'rows.prune',
  1,
  z.object({ what: z.enum(['deliveries', 'jobs', 'mails', 'soft-bounces', 'mail-rates']) }),
  // What it leaves the next run of its schedule finds: it need not be tried for hours.
  { tries: 8, backoff: [10, 60, 600], timeout: 15 },
);

import { z } from 'zod';
import { defineJob } from '../define.ts';

/** Delete rows of the worker that are past their time. Safe to repeat: what is gone is gone. */
export const PruneRows = defineJob(
  'rows.prune',
  1,
  z.object({ what: z.enum(['deliveries', 'jobs', 'mails', 'soft-bounces', 'mail-rates']) }),
);

import { z } from 'zod';
import { defineJob } from '../define.ts';

/** Delete rows of the worker that are past their time. Safe to repeat: what is gone is gone. */
export const PruneRows = defineJob(
  'rows.prune',
  2,
  z.object({
    what: z.enum(['deliveries', 'jobs', 'mails', 'soft-bounces', 'mail-rates', 'dead-letters', 'operator-audit']),
  }),
  {
    // Version 1 knew fewer of them.
    upcasts: { 1: (data) => data },
    // A table that was not pruned for long takes many runs of so many seconds; each goes on where the one before ended.
    ...{ tries: 200, backoff: [1, 5, 60], timeout: 15 },
  },
);

import { call, type Schedule } from '@postern/durable';
import { PruneRows } from '@postern/events';
import type { PruneTarget } from '../jobs/prune-rows.ts';

/** The minute of each hour at which rows of a kind are pruned: not all at once. */
const PRUNE_AT: Record<PruneTarget, number> = {
  deliveries: 7,
  jobs: 17,
  mails: 27,
  'soft-bounces': 37,
  'mail-rates': 47,
  'dead-letters': 53,
  'operator-audit': 57,
};

/**
 * What nobody needs any more is deleted by the hour, so that the tables do not grow for ever. Each is a job: one replica that
 * consumes `jobs` does it, and it is tried again, and reported as a dead letter in the end, as any other job is.
 */
export const prune: readonly Schedule[] = Object.entries(PRUNE_AT).map(([what, minute]) => ({
  name: `prune-${what}`,
  cron: `${minute} * * * *`,
  call: call(PruneRows, { what: what as PruneTarget }),
}));

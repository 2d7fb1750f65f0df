import { call, type Schedule } from '@postern/durable';
import { pruneRows } from '../jobs/prune-rows.ts';

/**
 * What the worker does again and again, once across all replicas: a line each. Times are UTC unless a line has a `timezone`, and a run that was
 * missed while no worker ran is caught up once.
 */
export const schedules: readonly Schedule[] = [
  // What nobody needs any more is deleted by the hour, so that the tables do not grow for ever: not all at one minute.
  { name: 'prune-deliveries', cron: '7 * * * *', call: call(pruneRows, { what: 'deliveries' }) },
  { name: 'prune-jobs', cron: '17 * * * *', call: call(pruneRows, { what: 'jobs' }) },
  { name: 'prune-mails', cron: '27 * * * *', call: call(pruneRows, { what: 'mails' }) },
  { name: 'prune-soft-bounces', cron: '37 * * * *', call: call(pruneRows, { what: 'soft-bounces' }) },
  { name: 'prune-mail-rates', cron: '47 * * * *', call: call(pruneRows, { what: 'mail-rates' }) },
  { name: 'prune-dead-letters', cron: '53 * * * *', call: call(pruneRows, { what: 'dead-letters' }) },
  { name: 'prune-operator-audit', cron: '57 * * * *', call: call(pruneRows, { what: 'operator-audit' }) },
];

import { createJobRecords } from '@postern/durable';
import type { Migration } from '@postern/runtime';

/** What became of each job, for its trace. */
export const jobRecords: Migration = { name: '0025-job-records', up: createJobRecords };

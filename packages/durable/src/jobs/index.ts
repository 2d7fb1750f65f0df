export { createJobTables } from './create-job-tables.ts';
export { call, type EncodeJob, type JobCall, type JobDefinition, type ReadJob } from './job-definition.ts';
export {
  type Dispatched,
  type DispatchOptions,
  JobDispatcher,
  type JobDispatcherOptions,
  type UniqueOptions,
} from './job-dispatcher.ts';
export type { EndCalls, GroupKind, GroupProgress, GroupState } from './job-groups.ts';
export { type JobOutcome, JobRunner, type JobRunnerOptions } from './job-runner.ts';
export { claimedTicket, type JobTicket, parseTicket } from './job-ticket.ts';
export { type PruneAgeOptions, pruneDeliveries, pruneJobs } from './prune.ts';

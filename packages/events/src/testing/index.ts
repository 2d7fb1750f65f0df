export { FakeEvents } from './fake-events.ts';
export { FakeJobs } from './fake-jobs.ts';
export { testKeys } from './test-keys.ts';

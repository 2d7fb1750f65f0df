export type { ScheduleReport } from '../jobs/schedule-store.ts';
export type { Timing } from './schedule-timing.ts';
export { type Schedule, Scheduler, type SchedulerOptions } from './scheduler.ts';

export * from './inbox/index.ts';
export * from './jobs/index.ts';
export * from './outbox/index.ts';
export * from './schedules/index.ts';
export * from './sql/index.ts';

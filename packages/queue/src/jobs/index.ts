export { createJobTables } from './create-job-tables.ts';

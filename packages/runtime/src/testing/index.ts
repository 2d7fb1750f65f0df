export { migrateBrokenOff } from './broken-off-migrations.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';

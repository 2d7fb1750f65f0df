export { bareEnvironment } from './bare-environment.ts';
export { benchTable, printTable } from './bench-table.ts';
export { migrateBrokenOff } from './broken-off-migrations.ts';
export { FaultyProxy } from './faulty-proxy.ts';
export { runCommands } from './run-commands.ts';
export { shiftedHost } from './shifted-host.ts';
export { tablesOf } from './tables-of.ts';
export { type TestDatabase, testDatabase } from './test-database.ts';
export { TimedOut, until } from './until.ts';

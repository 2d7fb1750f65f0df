export {
  argument,
  type Command,
  type CommandIo,
  countField,
  defineCommand,
  flag,
  listLimit,
  option,
  type PassedOn,
  repeated,
  rest,
  timeField,
} from './command.ts';
export { type BesideMigrations, migrateCommands } from './migrate-commands.ts';
export { readSecret } from './read-secret.ts';
export { refresh } from './refresh.ts';
export { runCommandLine } from './run-command-line.ts';
export { UsageError } from './usage-error.ts';
export { type Opened, withDatabase } from './with-database.ts';

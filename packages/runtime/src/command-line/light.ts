/** For programs that read arguments and settings and do little else: no database, log, metrics or traces behind any of it, which take most of a start. */

export { ConfigError, readEnv } from '../configuration/env.ts';
export { readMysqlUrl } from '../database/database-url.ts';
export { httpUrl, readHttpUrl } from '../http/http-url.ts';
export { openServer } from '../http/open-server.ts';
export { ownPort } from '../http/own-port.ts';
export { tryPort } from '../http/try-port.ts';
export { tcpPort } from '../service/service-env.ts';
export { isSource } from '../text/error-places.ts';
export { errorMessage } from '../text/errors.ts';
export { table } from '../text/text-table.ts';
export {
  argument,
  type Command,
  defineCommand,
  flag,
  option,
  type PassedOn,
  repeated,
  rest,
} from './command.ts';
export { runCommandLine } from './run-command-line.ts';
export { UsageError } from './usage-error.ts';

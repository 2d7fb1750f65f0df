export { databaseCheck } from './database-check.ts';
export { doctorCommand } from './doctor-command.ts';
export { type Check, type Finding, failure, ok, warning } from './finding.ts';
export { portsCheck } from './port-check.ts';
export { secretsCheck } from './secrets-check.ts';
export { spellingCheck } from './spelling-check.ts';

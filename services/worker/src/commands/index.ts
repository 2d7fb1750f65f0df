import { outboxCommands, withDeadRows } from '@postern/durable';
import { type Command, configCommand, migrateCommands, withDatabase } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import { readConfig, workerEnv } from '../config.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { SECRETS, workerDoctor } from '../doctor/worker-doctor.ts';
import { byPerson } from './by-person.ts';
import { deadLetters } from './dead-letters.ts';
import { forget } from './forget.ts';
import { mailCommands } from './mail-commands.ts';
import { mailPreview } from './mail-preview.ts';
import { operationsCommands } from './operations-commands.ts';
import { operatorsCommands } from './operators-commands.ts';
import { optOutsCommands } from './opt-outs-commands.ts';
import { queueCommands } from './queue-commands.ts';
import { recipientKeyCommands } from './recipient-key-commands.ts';
import { workerSchedules } from './schedules.ts';
import { status } from './status.ts';
import { suppressionsCommands } from './suppressions-commands.ts';
import { trace } from './trace.ts';
import { waits } from './waits.ts';

const withSql = withDatabase(createServiceLogger);

const all: readonly Command[] = [
  ...migrateCommands(withDatabase(createServiceLogger, { answers: false }), migrations),
  ...deadLetters,
  ...operationsCommands(withSql),
  ...outboxCommands(withDeadRows(withSql)),
  ...mailCommands(withSql),
  forget(withSql),
  ...suppressionsCommands(withSql),
  ...optOutsCommands(withSql),
  ...recipientKeyCommands(withSql),
  ...operatorsCommands(withSql),
  ...queueCommands(withSql),
  ...workerSchedules(withSql),
  status,
  trace(withSql),
  waits(withSql),
  workerDoctor(),
  configCommand(workerEnv, SECRETS, () => readConfig()),
  mailPreview,
];

export const commands: readonly Command[] = all.map(byPerson);

import { outboxCommands, withDeadRows } from '@postern/durable';
import { type Command, migrateCommands, withDatabase } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import { createServiceLogger } from '../create-service-logger.ts';
import { workerDoctor } from '../doctor/worker-doctor.ts';
import { mailPreview } from '../mail/content/preview/mail-preview-command.ts';
import { deadLetters } from './dead-letters.ts';
import { suppressionsCommands } from './suppressions.ts';

const withSql = withDatabase(createServiceLogger);

/** The commands of the worker. */
export const commands: readonly Command[] = [
  ...migrateCommands(withSql, migrations),
  ...deadLetters,
  ...outboxCommands(withDeadRows(withSql)),
  ...suppressionsCommands(withSql),
  workerDoctor(),
  mailPreview,
];

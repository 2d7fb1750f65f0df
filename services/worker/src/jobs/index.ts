import type { Clock, Database } from '@postern/runtime';
import type { Mailer } from '../mail/delivery/mailer.ts';
import type { JobHandler } from './handle-job.ts';
import { pruneRows } from './prune-rows.ts';
import { sendMail } from './send-mail.ts';

/** Every job's handler. A new one: its file, and a line here. */
export function jobHandlers(
  mailer: Mailer,
  database: Database,
  options: { mailRetentionMs: number; clock: Clock },
): JobHandler[] {
  return [sendMail(mailer), pruneRows(database, options)];
}

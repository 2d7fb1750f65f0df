import type { Mailer } from '../mail/delivery/mailer.ts';
import type { JobHandler } from './handle-job.ts';
import { sendMail } from './send-mail.ts';

/** Every job's handler. A new one: its file, and a line here. */
export function jobHandlers(mailer: Mailer): JobHandler[] {
  return [sendMail(mailer)];
}

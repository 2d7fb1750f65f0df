import { z } from 'zod';
import { defineJob } from '../define.ts';

/**
 * Send one mail. `key` (event id / listener / mail) makes it one mail however often its event comes. `data` is what
 * the mail's template takes; links travel as token ids and are derived when the mail is rendered.
 */
export const SendMail = defineJob(
  'mail.send',
  1,
  z.object({
    key: z.string().min(1).max(255),
    /** The name of a mail in the worker's catalog. */
    mail: z.string().min(1).max(100),
    to: z.string().min(3).max(254),
    locale: z.string().min(2).max(35),
    data: z.record(z.string(), z.unknown()),
    /** Past this time the mail is not sent any more: its link would be dead. */
    expires_at: z.iso.datetime().optional(),
  }),
  { queue: 'mail' },
);

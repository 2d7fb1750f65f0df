import { z } from 'zod';
import { defineEvent } from '../define.ts';

/** A recipient wants no more of one mail that is not transactional. */
export const MailUnsubscribed = defineEvent(
  'mail.unsubscribed',
  1,
  z.object({
    /** A keyed hash of the address, 32 bytes in base64url. */
    recipient: z.string().regex(/^[\w-]{43}$/),
    mail: z.string().min(1).max(100),
  }),
);

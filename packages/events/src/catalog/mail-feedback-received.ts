import { z } from 'zod';
import { defineEvent } from '../define.ts';

/** What a mail provider reported, by a signed webhook, became of a mail that it had accepted. */
export const MailFeedbackReceived = defineEvent(
  'mail.feedback_received',
  1,
  z.object({
    /** The provider's id of this report: sent twice, it counts once. */
    notice_id: z.string().min(1).max(200),
    kind: z.enum(['delivered', 'hard-bounce', 'soft-bounce', 'complaint', 'rejected']),
    /** The Message-ID that the mail was sent under, or the id that the provider gave it. */
    message_id: z.string().min(3).max(998),
    /** Whom it was about, where the provider reports it. Only the one whom the mail was sent to is ever suppressed. */
    recipient: z.string().min(3).max(254).optional(),
    /** The remote server's words. */
    reason: z.string().max(1000),
  }),
);

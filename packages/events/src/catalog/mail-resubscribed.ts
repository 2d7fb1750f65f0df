import { defineEvent } from '../define.ts';
import { MailUnsubscribed } from './mail-unsubscribed.ts';

/** A recipient who had unsubscribed from a mail wants it again. */
export const MailResubscribed = defineEvent('mail.resubscribed', 1, MailUnsubscribed.schema);

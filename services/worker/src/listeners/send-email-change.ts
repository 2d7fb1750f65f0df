import { UserEmailChangeRequested } from '@postern/events';
import { EmailChangeMail } from '../mail/emails/index.ts';
import { listen } from './listen.ts';

/** Asks the new address to confirm that it belongs to the person. */
export const sendEmailChange = listen(UserEmailChangeRequested, 'send-email-change', ({ data }, { mail }) =>
  mail.queue(EmailChangeMail, { to: data.new_email, data, expiresAt: data.expires_at }),
);

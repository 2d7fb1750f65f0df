import { UserEmailChangeRequested } from '@postern/events';
import { AddressTakenMail, EmailChangeMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Asks the new address to confirm that it belongs to the person, or tells whose it is that somebody asked for it. */
export const sendEmailChange = listen(
  UserEmailChangeRequested,
  'send-email-change',
  async ({ data: { owner, ...data } }, { mail }) => {
    const to = data.new_email;
    if (owner === null) return mail.queue(EmailChangeMail, { to, data, expiresAt: data.expires_at });
    // The mail says that one can sign in there, which is untrue of a disabled account.
    if (owner.disabled) return;
    return mail.queue(AddressTakenMail, { to, data: { first_name: owner.first_name }, locale: owner.locale });
  },
);

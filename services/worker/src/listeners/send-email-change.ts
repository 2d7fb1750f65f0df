import { UserEmailChangeRequested } from '@postern/events';
import { AddressTakenMail, EmailChangeMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Asks the new address to confirm that it belongs to the person, or tells whose it is that somebody asked for it. */
export const sendEmailChange = listen(
  UserEmailChangeRequested,
  'send-email-change',
  ({ data: { owner, ...data } }, { mail }) =>
    owner === null
      ? mail.queue(EmailChangeMail, { to: data.new_email, data, expiresAt: data.expires_at })
      : mail.queue(AddressTakenMail, {
          to: data.new_email,
          data: { first_name: owner.first_name },
          locale: owner.locale,
        }),
);

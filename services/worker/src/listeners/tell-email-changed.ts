import { UserEmailChanged } from '@postern/events';
import { EmailChangedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies the old address that it is no longer the account's. */
export const tellEmailChanged = listen(UserEmailChanged, 'tell-email-changed', ({ data }, { mail }) =>
  mail.queue(EmailChangedMail, {
    to: data.old_email,
    data,
    // Its owner gets no other link: it is tried for as long as this one works.
    ...(data.expires_at === undefined ? {} : { expiresAt: data.expires_at }),
  }),
);

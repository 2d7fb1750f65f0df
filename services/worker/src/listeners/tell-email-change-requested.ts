import { UserEmailChangeRequested } from '@postern/events';
import { EmailChangeNoticeMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies the old address that another one was asked for. */
export const tellEmailChangeRequested = listen(
  UserEmailChangeRequested,
  'tell-email-change-requested',
  ({ data: { owner: _notTheirs, ...data } }, { mail }) => mail.queue(EmailChangeNoticeMail, { to: data.email, data }),
);

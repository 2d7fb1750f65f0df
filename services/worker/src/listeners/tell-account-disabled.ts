import { UserDisabled } from '@postern/events';
import { AccountDisabledMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of an account that was closed by an administrator. */
export const tellAccountDisabled = listen(UserDisabled, 'tell-account-disabled', ({ data }, { mail }) =>
  mail.queue(AccountDisabledMail, { to: data.email, data }),
);

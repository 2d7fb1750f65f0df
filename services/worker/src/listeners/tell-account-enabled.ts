import { UserEnabled } from '@postern/events';
import { AccountEnabledMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of an account that was opened again. */
export const tellAccountEnabled = listen(UserEnabled, 'tell-account-enabled', ({ data }, { mail }) =>
  mail.queue(AccountEnabledMail, { to: data.email, data }),
);

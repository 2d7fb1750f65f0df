import { UserTwoFactorRemoved } from '@postern/events';
import { TwoFactorRemovedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a second factor that an administrator removed. */
export const tellTwoFactorRemoved = listen(UserTwoFactorRemoved, 'tell-two-factor-removed', ({ data }, { mail }) =>
  mail.queue(TwoFactorRemovedMail, { to: data.email, data }),
);

import { UserTwoFactorDisabled } from '@postern/events';
import { TwoFactorDisabledMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a second factor that was removed. */
export const tellTwoFactorDisabled = listen(UserTwoFactorDisabled, 'tell-two-factor-disabled', ({ data }, { mail }) =>
  mail.queue(TwoFactorDisabledMail, { to: data.email, data }),
);

import { UserTwoFactorEnabled } from '@postern/events';
import { TwoFactorEnabledMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a second factor that was set up. */
export const tellTwoFactorEnabled = listen(UserTwoFactorEnabled, 'tell-two-factor-enabled', ({ data }, { mail }) =>
  mail.queue(TwoFactorEnabledMail, { to: data.email, data }),
);

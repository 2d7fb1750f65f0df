import { UserTwoFactorLocked } from '@postern/events';
import { TwoFactorLockedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of codes that are not accepted any more, because somebody guessed at them. */
export const tellTwoFactorLocked = listen(UserTwoFactorLocked, 'tell-two-factor-locked', ({ data }, { mail }) =>
  mail.queue(TwoFactorLockedMail, { to: data.email, data }),
);

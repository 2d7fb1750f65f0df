import { UserPasswordResetRequested } from '@postern/events';
import { PasswordResetMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Sends the link to set a new password. */
export const sendPasswordReset = listen(UserPasswordResetRequested, 'send-password-reset', ({ data }, { mail }) =>
  mail.queue(PasswordResetMail, { to: data.email, data, expiresAt: data.expires_at }),
);

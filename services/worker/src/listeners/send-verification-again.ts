import { UserEmailResendRequested } from '@postern/events';
import { VerificationMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Sends the link that was asked for again. */
export const sendVerificationAgain = listen(UserEmailResendRequested, 'send-verification-again', ({ data }, { mail }) =>
  mail.queue(VerificationMail, { to: data.email, data, expiresAt: data.expires_at }),
);

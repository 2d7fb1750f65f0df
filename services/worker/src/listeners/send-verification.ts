import { UserRegistered } from '@postern/events';
import { VerificationMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Asks a new user to confirm the address. */
export const sendVerification = listen(UserRegistered, 'send-verification', ({ data }, { mail }) =>
  mail.queue(VerificationMail, { to: data.email, data, expiresAt: data.expires_at }),
);

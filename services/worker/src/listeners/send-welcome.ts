import { UserEmailVerified } from '@postern/events';
import { WelcomeMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Greets a person whose address is confirmed. */
export const sendWelcome = listen(UserEmailVerified, 'send-welcome', ({ data }, { mail }) =>
  mail.queue(WelcomeMail, { to: data.email, data }),
);

import { UserPasswordChanged } from '@postern/events';
import { PasswordChangedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a changed password: whoever did not change it has to know. */
export const tellPasswordChanged = listen(UserPasswordChanged, 'tell-password-changed', ({ data }, { mail }) =>
  mail.queue(PasswordChangedMail, { to: data.email, data }),
);

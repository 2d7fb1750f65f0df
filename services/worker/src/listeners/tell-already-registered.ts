import { UserRegistrationRepeated } from '@postern/events';
import { AlreadyRegisteredMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies the owner of an address that somebody signed up with it again: the API itself must not. */
export const tellAlreadyRegistered = listen(UserRegistrationRepeated, 'tell-already-registered', ({ data }, { mail }) =>
  mail.queue(AlreadyRegisteredMail, { to: data.email, data }),
);

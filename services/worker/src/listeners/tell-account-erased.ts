import { UserErased } from '@postern/events';
import { AccountErasedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Confirms that an account is gone: the last mail to its address. */
export const tellAccountErased = listen(UserErased, 'tell-account-erased', ({ data }, { mail }) =>
  mail.queue(AccountErasedMail, { to: data.email, data }),
);

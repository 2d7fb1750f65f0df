import { UserRolesChanged } from '@postern/events';
import { RolesChangedMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of roles that an administrator gave or took. */
export const tellRolesChanged = listen(UserRolesChanged, 'tell-roles-changed', ({ data }, { mail }) =>
  mail.queue(RolesChangedMail, { to: data.email, data }),
);

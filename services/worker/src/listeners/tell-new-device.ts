import { UserSignedInFromNewDevice } from '@postern/events';
import { NewDeviceMail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

/** Notifies of a sign-in from a device not seen before. */
export const tellNewDevice = listen(UserSignedInFromNewDevice, 'tell-new-device', ({ data }, { mail }) =>
  mail.queue(NewDeviceMail, { to: data.email, data }),
);

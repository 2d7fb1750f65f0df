import { MailUnsubscribed } from '@postern/events';
import { listen } from './listen.ts';

/** Ends a mail that is not transactional for its recipient. */
export const recordUnsubscribe = listen(MailUnsubscribed, 'record-unsubscribe', ({ data }, { unsubscribe }) =>
  unsubscribe(Buffer.from(data.recipient, 'base64url'), data.mail),
);

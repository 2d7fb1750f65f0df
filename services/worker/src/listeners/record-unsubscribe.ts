import { MailUnsubscribed } from '@postern/events';
import { listen } from './listen.ts';

/** Ends a mail that is not transactional for its recipient. */
export const recordUnsubscribe = listen(
  MailUnsubscribed,
  'record-unsubscribe',
  ({ data: { recipient, mail }, envelope }, { optOuts }) =>
    optOuts.add(Buffer.from(recipient, 'base64url'), mail, new Date(envelope.time)),
);

import { MailResubscribed } from '@postern/events';
import { listen } from './listen.ts';

/** Has a mail sent again to a recipient who had ended it. */
export const recordResubscribe = listen(
  MailResubscribed,
  'record-resubscribe',
  ({ data: { recipient, mail }, envelope }, { optOuts }) =>
    optOuts.end(Buffer.from(recipient, 'base64url'), mail, new Date(envelope.time)),
);

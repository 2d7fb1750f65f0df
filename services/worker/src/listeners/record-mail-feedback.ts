import { MailFeedbackReceived } from '@postern/events';
import { listen } from './listen.ts';

/** A report can outrun the ledger's own commit by moments; of a mail that is unknown after this long it is another system's. */
const LOOK_AGAIN_MS = 30_000;

/** Ties a provider's report on a mail to the ledger, and stops further mail where it must. */
export const recordMailFeedback = listen(
  MailFeedbackReceived,
  'record-mail-feedback',
  ({ data: { notice_id, kind, message_id, recipient, reason }, envelope }, { feedback }) =>
    feedback(
      {
        kind,
        noticeId: notice_id,
        messageId: message_id,
        providerMessageId: undefined,
        addresses: recipient === undefined ? [] : [recipient],
        reason,
      },
      { lookAgainUntil: new Date(Date.parse(envelope.time) + LOOK_AGAIN_MS) },
    ),
);

import { SendMail } from '@postern/events';
import { isDataError } from '@postern/runtime';
import { PermanentError, RetryLater } from '@postern/sqs';
import { MailRenderError } from '../mail/content/render-mail.ts';
import { UnusablePayloadError } from '../mail/delivery/ledger/mail-payload.ts';
import { UnknownMailError } from '../mail/delivery/mail-composer.ts';
import { handleJob } from './handle-job.ts';

/** Sends a mail that a listener queued. One of a kind that this release does not know waits for a replica that does. */
export const sendMail = handleJob(
  SendMail,
  async ({ expires_at, ...order }, { mailer, config, message, userId, signal }) => {
    const expiresAt = expires_at === undefined ? undefined : new Date(expires_at);
    try {
      // A mail server that takes its time must not make this a handler that ignores its signal.
      await mailer.send({ ...order, userId, traceparent: message.traceparent, expiresAt }, signal);
    } catch (error) {
      if (error instanceof UnknownMailError) {
        const atMostMs = config.WORKER_UNKNOWN_MS;
        throw new RetryLater(error.message, { atMostMs, reason: 'unknown-mail', cause: error });
      }
      if (error instanceof MailRenderError) throw new PermanentError('invalid-data', error.message, { cause: error });
      if (error instanceof UnusablePayloadError)
        throw new PermanentError(error.reason, error.message, { cause: error });
      // Its own value, not its neighbours': those were written without it.
      if (isDataError(error)) {
        throw new PermanentError('invalid-data', 'the ledger cannot keep one of its values', { cause: error });
      }
      throw error;
    }
  },
);

import { type DataOf, EnvelopeError, type EnvelopeWriter, SendMail } from '@postern/events';
import { currentTraceparent } from '@postern/runtime';
import { type MessageSender, PermanentError } from '@postern/sqs';
import type { MailDefinition } from '../content/define-mail.ts';
import type { MailCatalog } from '../content/mail-catalog.ts';
import { encodePayload, UnusablePayloadError } from './ledger/mail-payload.ts';

export interface QueueMailOptions<Data> {
  to: string;
  data: Data;
  /** BCP 47; the `locale` of the event's data when left out, and English when that has none. */
  locale?: string;
  /** Past it the mail is not sent any more. A mail with a link: when the link ends. */
  expiresAt?: Date | string;
}

/** Queues mails on behalf of one listener and one event. */
export interface MailQueue {
  /**
   * Resolves when SQS has it. One mail for each event, listener and mail, however often this runs. Of `data` only what can
   * be written as JSON arrives, 256 KiB at most; it must hold no secret (links are made from token ids when the mail is
   * rendered).
   *
   * @throws PermanentError when the mail is in no catalog, too large, or no recipient and data that could ever be sent
   */
  queue<Data extends object>(mail: MailDefinition<Data>, options: QueueMailOptions<NoInfer<Data>>): Promise<void>;
}

/** The event and listener that a mail is queued for. */
interface MailOrigin {
  listener: string;
  eventId: string;
  traceparent?: string | undefined;
  /** Whom the event is about. */
  userId?: string | undefined;
  /** The locale that the event's data names. */
  locale?: string | undefined;
}

const DEFAULT_LOCALE = 'en';

/** Makes the `mail` of a listener's context. */
export class MailQueues {
  readonly #sender: MessageSender;
  readonly #catalog: MailCatalog;
  readonly #writer: EnvelopeWriter;

  constructor(sender: MessageSender, catalog: MailCatalog, writer: EnvelopeWriter) {
    this.#sender = sender;
    this.#catalog = catalog;
    this.#writer = writer;
  }

  for(origin: MailOrigin): MailQueue {
    return { queue: (mail, options) => this.#queue(origin, mail, options) };
  }

  async #queue<Data extends object>(
    { listener, eventId, traceparent: given, userId, locale }: MailOrigin,
    mail: MailDefinition<Data>,
    options: QueueMailOptions<Data>,
  ): Promise<void> {
    if (!this.#catalog.find(mail.name)) {
      throw new PermanentError(
        'unknown-mail',
        `the mail "${mail.name}" is not listed in src/mail/content/mails/index.ts`,
      );
    }
    const { to, data, expiresAt } = options;
    const traceparent = currentTraceparent(given);
    const { envelope, body } = this.#write(
      {
        key: `${eventId}/${listener}/${mail.name}`,
        mail: mail.name,
        to,
        locale: options.locale ?? locale ?? DEFAULT_LOCALE,
        data: { ...data } as Record<string, unknown>,
        ...(expiresAt === undefined ? {} : { expires_at: timeOf(expiresAt) }),
      },
      { traceparent, subject: userId },
    );
    await this.#sender.send('mail', {
      id: envelope.id,
      type: envelope.type,
      body,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }

  /** Refused here, where the listener and its event are known, and not by the ledger an hour later. */
  #write(job: DataOf<typeof SendMail>, of: { traceparent: string | undefined; subject: string | undefined }) {
    try {
      encodePayload(job);
      return this.#writer.write(SendMail, job, of);
    } catch (error) {
      if (error instanceof UnusablePayloadError || error instanceof EnvelopeError) {
        throw new PermanentError(error.reason, `the mail "${job.mail}": ${error.message}`, { cause: error });
      }
      throw error;
    }
  }
}

function timeOf(expiresAt: Date | string): string {
  const time = new Date(expiresAt);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new PermanentError('invalid-data', 'expiresAt is not a time');
}

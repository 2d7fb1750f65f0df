import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { createTransport } from 'nodemailer';
import { TimeLimit } from '../../../policies/time-limit.ts';
import type { DkimKey } from './dkim.ts';
import { type ComposedMail, MailTransport, type Outcome, type TryOptions } from './mail-transport.ts';
import { providerMessageId } from './provider-message-id.ts';
import { outcomeOf } from './ses-errors.ts';
import { SesRequest } from './ses-request.ts';
import type { SesSettings } from './ses-url.ts';
import { NO_SMTPUTF8, needsSmtputf8 } from './smtputf8.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Hands mails to Amazon SES (API v2). SES puts a Message-ID and Date of its own into the mail, so the id it answers with
 * is what its notifications are matched by. The SDK's own retries are off: one whose first request was taken after all
 * would send the mail twice, past the ledger.
 *
 * The credentials need ses:SendEmail and ses:SendRawEmail, which is what AWS checks for a mail that comes as MIME.
 */
export class SesTransport extends MailTransport {
  override readonly name: string;
  override readonly concurrency: number;
  override readonly longestTryMs = REQUEST_TIMEOUT_MS;
  readonly #client: SESv2Client;
  readonly #configurationSet: string | undefined;
  readonly #dkim: DkimKey | undefined;

  constructor(name: string, settings: SesSettings, dkim?: DkimKey) {
    super();
    this.name = name;
    this.concurrency = settings.connections;
    this.#configurationSet = settings.configurationSet;
    this.#dkim = dkim;
    // As many as mails at a time: the SDK's 50 would let mails wait for a socket within their time limit.
    const agent = { keepAlive: true, maxSockets: settings.connections };
    this.#client = new SESv2Client({
      maxAttempts: 1,
      requestHandler: {
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionTimeout: CONNECT_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpAgent: agent,
        httpsAgent: agent,
      },
      ...(settings.region === undefined ? {} : { region: settings.region }),
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    });
  }

  override async send(mail: ComposedMail, { signal, beforeBody }: TryOptions): Promise<Outcome> {
    // SES takes no such address (SES Developer Guide, "Email address formatting"), and says so as one error of many.
    if (needsSmtputf8(mail.envelope.to)) return { kind: 'fail', reason: NO_SMTPUTF8 };
    if (signal.aborted) return { kind: 'provider-down', reason: 'SES cut off at its time limit', refused: false };
    const limit = new TimeLimit(this.longestTryMs, signal);
    const request = new SesRequest(this.#client, limit.signal, beforeBody);
    try {
      const response = await this.#sendThrough(request, mail);
      const id = providerMessageId(response);
      return {
        kind: 'accepted',
        reason: `SES ${id ?? 'named no id'}`,
        ...(id === undefined ? {} : { providerMessageId: id }),
      };
    } catch (error) {
      return outcomeOf(error, request.stage);
    } finally {
      limit.end();
    }
  }

  /** Answers with the bare id; the Message-ID that nodemailer makes of it has brackets and a host. */
  async #sendThrough(sesClient: SesRequest, mail: ComposedMail): Promise<string> {
    const transporter = createTransport({
      SES: { sesClient, SendEmailCommand },
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(this.#dkim ? { dkim: this.#dkim } : {}),
    });
    const set = this.#configurationSet;
    const info = await transporter.sendMail({
      ...mail,
      ...(set === undefined ? {} : { ses: { ConfigurationSetName: set } }),
    });
    return info.response;
  }

  /**
   * Asks whether the account may send (ses:GetAccount). Credentials with no such permission work all the same: SES knew
   * them, and were that taken for an error, a breaker once open would never close again.
   */
  override async verify(): Promise<void> {
    try {
      const account = await this.#client.send(new GetAccountCommand({}));
      if (account.SendingEnabled === false) throw new Error('SES has paused sending for this account');
    } catch (error) {
      if (!isAccessDenied(error)) throw error;
    }
  }

  override async close(): Promise<void> {
    this.#client.destroy();
  }
}

/** By SES's own name for it: that of STS, whose refusal means that there are no credentials, is another. */
function isAccessDenied(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDeniedException';
}

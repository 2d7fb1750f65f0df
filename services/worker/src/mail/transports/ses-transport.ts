import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { errorMessage } from '@postern/runtime';
import { createTransport, type Transporter } from 'nodemailer';
import type { DkimKey } from './dkim.ts';
import { type ComposedMail, MailTransport, type Outcome, type TryOptions } from './mail-transport.ts';
import { notHandedOver } from './not-handed-over.ts';
import { withoutAddresses } from './smtp-replies.ts';

export interface SesSettings {
  region: string | undefined;
  /** An endpoint that is not AWS's own, for tests. */
  endpoint: string | undefined;
  configurationSet: string | undefined;
  concurrency: number;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** Errors that speak of our account or identity: no mail will do until somebody acts. */
const REFUSES_US = new Set([
  'AccountSuspendedException',
  'SendingPausedException',
  'MailFromDomainNotVerifiedException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'ExpiredTokenException',
  'CredentialsProviderError',
]);
/** Sent too fast, or past the day's quota. */
const TOO_MUCH = new Set(['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException', 'Throttling']);
/** The request did not leave this machine, or reached nobody. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

interface AwsError {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Hands mails to Amazon SES (API v2). SES puts a Message-ID and Date of its own into the mail, so the id it answers with
 * is what its notifications are matched by. The SDK's own retries are off: one whose first request was taken after all
 * would send the mail twice, past the ledger.
 */
export class SesTransport extends MailTransport {
  override readonly name: string;
  override readonly concurrency: number;
  readonly #client: SESv2Client;
  readonly #transporter: Transporter;
  readonly #configurationSet: string | undefined;

  constructor(name: string, settings: SesSettings, dkim?: DkimKey) {
    super();
    this.name = name;
    this.concurrency = settings.concurrency;
    this.#configurationSet = settings.configurationSet;
    this.#client = new SESv2Client({
      maxAttempts: 1,
      requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: 10_000, throwOnRequestTimeout: true },
      ...(settings.region === undefined ? {} : { region: settings.region }),
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    });
    this.#transporter = createTransport({
      SES: { sesClient: this.#client, SendEmailCommand },
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim ? { dkim } : {}),
    });
  }

  override async send(mail: ComposedMail, { signal, beforeBody }: TryOptions): Promise<Outcome> {
    if (signal.aborted) return { kind: 'provider-down', reason: 'session: cut off at its time limit', refused: false };
    try {
      await beforeBody();
    } catch (error) {
      return notHandedOver(error);
    }
    try {
      const set = this.#configurationSet;
      const info = await this.#transporter.sendMail({
        ...mail,
        ...(set === undefined ? {} : { ses: { ConfigurationSetName: set } }),
      });
      // The bare id: notifications carry it without the angle brackets and host that nodemailer adds.
      const providerMessageId = String(info.response ?? '');
      return { kind: 'accepted', reason: `SES ${providerMessageId}`, providerMessageId };
    } catch (error) {
      return outcomeOf(error as AwsError);
    }
  }

  override async verify(): Promise<void> {
    const account = await this.#client.send(new GetAccountCommand({}));
    if (account.SendingEnabled === false) throw new Error('SES has paused sending for this account');
  }

  override async close(): Promise<void> {
    this.#transporter.close();
    this.#client.destroy();
  }
}

/** What an error of the SESv2 API means (Amazon SES API v2 reference, SendEmail). */
function outcomeOf(error: AwsError): Outcome {
  const { name = '', code = '' } = error;
  const status = error.$metadata?.httpStatusCode;
  const reason = `SES ${name}: ${withoutAddresses(errorMessage(error))}`;
  if (REFUSES_US.has(name)) return { kind: 'provider-down', reason, refused: true };
  if (TOO_MUCH.has(name) || status === 429) return { kind: 'retry', reason, elsewhere: true };
  if (NEVER_SENT.has(code)) return { kind: 'provider-down', reason, refused: false };
  if (status === undefined) return { kind: 'unknown', reason };
  // An answer, if a bad one: SES gave the mail no id, and so did not take it.
  return status >= 500 ? { kind: 'retry', reason, elsewhere: true } : { kind: 'fail', reason };
}

import { randomBytes } from 'node:crypto';
import type { FaultyProxy } from '@postern/runtime/testing';

/** The ways from the services to what they need. */
export type Ways = Record<'database' | 'workerDatabase' | 'sqs' | 'smtp', FaultyProxy>;

export type ServiceSettings = Record<'gateway' | 'worker', Record<string, string>>;

/**
 * How long a mail is its worker's alone where workers die, in milliseconds: what a dead one was sending is taken up after it. Elsewhere
 * the service's own, longer one holds, since a machine that stands still for so long would look like a death.
 */
export const DEATHS_LEASE_MS = 20_000;
/** A try ends well before its lease. */
const TRY_SHARE = 0.75;

export interface MailSettings {
  /** Mails that a worker sends at the same time; default: its own. */
  smtpConnections?: number | undefined;
  /** Default: the worker's own. */
  mailLeaseMs?: number | undefined;
}

/** The same secrets for every replica; a cheap hash, since nobody's password is at stake and more sign-ups prove more. */
export function serviceSettings(ways: Ways, { smtpConnections, mailLeaseMs }: MailSettings): ServiceSettings {
  const smtp = new URL(`${ways.smtp.url}?tls=off`);
  if (smtpConnections !== undefined) smtp.searchParams.set('connections', String(smtpConnections));
  if (mailLeaseMs !== undefined) {
    for (const limit of ['send_timeout_ms', 'body_timeout_ms'])
      smtp.searchParams.set(limit, String(mailLeaseMs * TRY_SHARE));
  }
  const secret = () => randomBytes(32).toString('base64');
  const both = {
    PUBLIC_URL: 'http://proof.example',
    LINK_KEY: secret(),
    GATEWAY_ENVELOPE_KEY: secret(),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'proof',
    AWS_SECRET_ACCESS_KEY: 'proof',
    SQS_ENDPOINT: ways.sqs.url,
    QUEUE_PREFIX: 'proof-',
    QUEUE_CREATE: 'true',
  };
  return {
    gateway: {
      ...both,
      DATABASE_URL: ways.database.url,
      KEY_ENCRYPTION_KEY: secret(),
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: '0',
      GATEWAY_OPS_HOST: '127.0.0.1',
      GATEWAY_OPS_PORT: '0',
      PASSWORD_HASH_MEMORY_KIB: '8',
      PASSWORD_HASH_PASSES: '1',
      SIGN_UPS_PER_HOUR: '1000000',
    },
    worker: {
      ...both,
      DATABASE_URL: ways.workerDatabase.url,
      WORKER_ENVELOPE_KEY: secret(),
      RECIPIENT_KEY: secret(),
      SMTP_URL: smtp.href,
      ...(mailLeaseMs === undefined ? {} : { MAIL_LEASE_MS: String(mailLeaseMs) }),
      MAIL_FROM: 'Postern <hello@proof.example>',
      WORKER_OPS_HOST: '127.0.0.1',
      WORKER_OPS_PORT: '0',
      WORKER_POLL_SECONDS: '1',
    },
  };
}

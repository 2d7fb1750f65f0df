import { ConfigError } from '@postern/runtime';
import type { DkimKey } from './dkim.ts';
import type { MailTransport } from './mail-transport.ts';
import { SesTransport } from './ses-transport.ts';
import { readSesUrl } from './ses-url.ts';
import { SmtpTransport } from './smtp-transport.ts';
import { readSmtpUrl } from './smtp-url.ts';

export interface OpenTransportOptions {
  /** The provider's name in ledger and metrics. */
  name: string;
  /** The environment variable the URL comes from, for errors. */
  variable: string;
  dkim?: DkimKey | undefined;
}

type Open = (url: URL, options: OpenTransportOptions) => MailTransport;

const openSmtp: Open = (url, { name, variable, dkim }) => new SmtpTransport(name, readSmtpUrl(url, variable), dkim);

const openSes: Open = (url, { name, variable, dkim }) => new SesTransport(name, readSesUrl(url, variable), dkim);

/** Every kind of provider, by the scheme of its URL. A further one: its file, and a line here. */
const PROVIDERS: Readonly<Record<string, Open>> = { 'smtp:': openSmtp, 'smtps:': openSmtp, 'ses:': openSes };

/** @throws ConfigError when the URL names no provider there is, or one with wrong settings */
export function openTransport(url: string, options: OpenTransportOptions): MailTransport {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const open = parsed && PROVIDERS[parsed.protocol];
  if (!parsed || !open) {
    throw new ConfigError([
      `${options.variable}: expected smtp://user:password@host:587, smtps://user:password@host:465 or ses://region`,
    ]);
  }
  return open(parsed, options);
}

/** The providers' names in ledger, metrics and rates, the preferred one first. */
export const PROVIDER_NAMES: readonly string[] = ['primary', 'fallback'];

/**
 * The providers of the configuration, the preferred one first.
 *
 * @throws ConfigError with the mistakes of every URL
 */
export function openTransports(config: {
  SMTP_URL: string;
  SMTP_FALLBACK_URL?: string | undefined;
  dkim: DkimKey | undefined;
}): MailTransport[] {
  const wanted = [
    { name: 'primary', variable: 'SMTP_URL', url: config.SMTP_URL },
    { name: 'fallback', variable: 'SMTP_FALLBACK_URL', url: config.SMTP_FALLBACK_URL },
  ];
  const problems: string[] = [];
  const transports: MailTransport[] = [];
  for (const { name, variable, url } of wanted) {
    if (url === undefined) continue;
    try {
      transports.push(openTransport(url, { name, variable, dkim: config.dkim }));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return transports;
}

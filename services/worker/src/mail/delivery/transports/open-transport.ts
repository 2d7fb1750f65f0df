import { ConfigError } from '@postern/runtime';
import type { DkimKey } from './dkim.ts';
import type { MailTransport } from './mail-transport.ts';
import type { OauthSettings } from './oauth-settings.ts';
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
  /** For URLs that say `auth=oauth2`. */
  oauth?: OauthSettings | undefined;
  /** What an SMTP server is greeted with. */
  ehloName?: string | undefined;
}

/** Reads the settings of a URL, which is where its errors show; the provider is made, and connects, later. */
type Read = (url: URL, variable: string) => (options: OpenTransportOptions) => MailTransport;

const smtp: Read = (url, variable) => {
  const settings = readSmtpUrl(url, variable);
  return ({ name, ...extras }) => new SmtpTransport(name, settings, extras);
};

const ses: Read = (url, variable) => {
  const settings = readSesUrl(url, variable);
  return ({ name, dkim }) => new SesTransport(name, settings, dkim);
};

/** Every kind of provider, by the scheme of its URL. A further one: its file, and a line here. */
const PROVIDERS: Readonly<Record<string, Read>> = { 'smtp:': smtp, 'smtps:': smtp, 'ses:': ses };

/** @throws ConfigError when the URL names no provider there is, or one with wrong settings */
export function openTransport(url: string, options: OpenTransportOptions): MailTransport {
  return readProvider(url, options.variable)(options);
}

/** What is wrong with a provider's URL; nothing when it can be used. */
export function urlProblems(url: string, variable: string): string[] {
  try {
    readProvider(url, variable);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function readProvider(url: string, variable: string): ReturnType<Read> {
  const parsed = URL.parse(url);
  const read = parsed && PROVIDERS[parsed.protocol];
  if (!parsed || !read) {
    throw new ConfigError([
      `${variable}: expected smtp://user:password@host:587, smtps://user:password@host:465 or ses://region`,
    ]);
  }
  if (!['', '/'].includes(parsed.pathname) || parsed.hash !== '') {
    throw new ConfigError([`${variable}: only settings may follow the host, such as ?connections=5`]);
  }
  return read(parsed, variable);
}

/** The providers' names in ledger, metrics and rates, the preferred one first. */
export const PROVIDER_NAMES: readonly string[] = ['primary', 'fallback'];

/**
 * The providers of the configuration, the preferred one first.
 *
 * @throws ConfigError with the errors of every URL
 */
export function openTransports(config: {
  SMTP_URL: string;
  SMTP_FALLBACK_URL?: string | undefined;
  MAIL_EHLO_NAME?: string | undefined;
  dkim: DkimKey | undefined;
  oauth: OauthSettings | undefined;
}): MailTransport[] {
  const wanted = [
    { name: 'primary', variable: 'SMTP_URL', url: config.SMTP_URL },
    { name: 'fallback', variable: 'SMTP_FALLBACK_URL', url: config.SMTP_FALLBACK_URL },
  ];
  const { dkim, oauth, MAIL_EHLO_NAME: ehloName } = config;
  const problems: string[] = [];
  const transports: MailTransport[] = [];
  for (const { name, variable, url } of wanted) {
    if (url === undefined) continue;
    try {
      transports.push(openTransport(url, { name, variable, dkim, oauth, ehloName }));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return transports;
}

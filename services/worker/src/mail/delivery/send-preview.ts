import { randomUUID } from 'node:crypto';
import { ConfigError } from '@postern/runtime';
import { readPreviewConfig } from '../../config.ts';
import type { MailDefinition } from '../content/define-mail.ts';
import { sampleBrand, sampleLinks } from '../content/preview/sample-links.ts';
import { renderMail } from '../content/render-mail.ts';
import { checkAddress, UnusableAddressError } from './ledger/recipient.ts';
import { openTransport } from './transports/open-transport.ts';

interface SendPreviewOptions {
  to: string;
  locale: string | undefined;
  /** Default: the process's own. */
  env?: Record<string, string | undefined> | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Sends a mail with its sample data through SMTP_URL, past ledger and queue: nothing about it is kept. Its links lead
 * nowhere.
 *
 * @returns what happened, in a sentence
 * @throws ConfigError if SMTP_URL or MAIL_FROM is missing or wrong, the mail has no sample, no mail can go to the address, or the server did not take it (with its reply)
 */
export async function sendPreview(
  mail: MailDefinition<unknown>,
  { to, locale, env }: SendPreviewOptions,
): Promise<string> {
  const { SMTP_URL, MAIL_FROM, MAIL_EHLO_NAME: ehloName, oauth } = readPreviewConfig(env);
  const { sample } = mail.options;
  if (sample === undefined) {
    throw new ConfigError([`no sample data: add { sample: … } to defineMail('${mail.name}', …)`]);
  }
  checkRecipient(to);
  const { subject, html, text } = renderMail(mail, { data: sample, locale, links: sampleLinks, brand: sampleBrand });
  const transport = openTransport(SMTP_URL, { name: 'preview', variable: 'SMTP_URL', oauth, ehloName });
  try {
    const outcome = await transport.send(
      {
        from: MAIL_FROM,
        to: { name: '', address: to },
        envelope: { from: MAIL_FROM.address, to },
        ...{ subject, html, text },
        messageId: `<${randomUUID()}@preview.invalid>`,
      },
      { signal: AbortSignal.timeout(TIMEOUT_MS), beforeBody: async () => undefined },
    );
    if (outcome.kind !== 'accepted') {
      throw new ConfigError([`the server rejected the mail "${mail.name}" (${outcome.kind}): ${outcome.reason}`]);
    }
    return `Sent "${subject}" to ${to}. The server replied: ${outcome.reason}`;
  } finally {
    await transport.close();
  }
}

function checkRecipient(address: string): void {
  try {
    checkAddress(address);
  } catch (error) {
    if (!(error instanceof UnusableAddressError)) throw error;
    throw new ConfigError([`--to: ${error.message}`]);
  }
}

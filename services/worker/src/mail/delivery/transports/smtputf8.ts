import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { converse } from './smtp-conversation.ts';

/** Why an address that needs SMTPUTF8 gets no mail here. */
export const NO_SMTPUTF8 =
  'recipient: letters outside ASCII before the @ need SMTPUTF8 (RFC 6531), which the provider has not';

/** A domain in other letters has its A-labels; what is before the @ goes out as it is, by SMTPUTF8 alone (RFC 6531, 3.1). */
export function needsSmtputf8(address: string): boolean {
  return /[^\0-\x7f]/.test(address.slice(0, address.lastIndexOf('@')));
}

/**
 * Asks a server whether it offers SMTPUTF8, over a connection of its own: nodemailer's pool sends the address all the same where it is
 * not offered, and does not report it. Only mails to such addresses ask.
 *
 * @throws nodemailer's error when there is no conversation
 */
export function offersSmtputf8(settings: SMTPConnection.Options, signal: AbortSignal): Promise<boolean> {
  // Its answer to the last EHLO, which is the one after STARTTLS.
  return converse(settings, signal, ({ lastServerResponse }) => /^250[ -]SMTPUTF8\b/im.test(lastServerResponse || ''));
}

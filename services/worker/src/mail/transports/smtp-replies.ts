import type { Outcome } from './mail-transport.ts';

/** The part of the conversation that a reply belongs to; `body` is DATA, before and after the body itself. */
export type SmtpStage = 'session' | 'sender' | 'recipient' | 'body';

/** Codes that say the session was not let in: 530, 534, 535, 538 (RFC 4954, 6). */
const NOT_LET_IN = new Set([530, 534, 535, 538]);
/** Codes that blame the address where no enhanced code says more: 550, 551, 553 (RFC 5321, 4.2.3). */
const BLAME_THE_ADDRESS = new Set([550, 551, 553]);

/**
 * What an SMTP reply means, by its code, its enhanced code (RFC 3463; the more exact of the two) and its place:
 *
 * - 530, 535 and any refusal of the session or the sender: the provider does not work for us, whatever the mail
 * - 4yz: again later (421, 451, 452, 454 perhaps elsewhere; 450 speaks for the recipient's server, so not elsewhere)
 * - 5.1.z, 5.2.1, or plain 550/551/553 to RCPT TO: no such recipient, suppress
 * - 5.2.2 (mailbox full): again later
 * - any other 5yz: this mail will not be taken. 550 to DATA or the body without an enhanced code is here too: there it is a
 *   policy's or a filter's word (RFC 5321, 4.3.2), and suppressing would shut a person out of their account
 */
export function classifyReply(code: number, reply: string, stage: SmtpStage): Outcome {
  const reason = `${stage}: ${withoutAddresses(reply)}`;
  const enhanced = enhancedCode(reply);
  if (NOT_LET_IN.has(code)) return { kind: 'provider-down', reason, refused: true };
  if (stage === 'session' || stage === 'sender') return { kind: 'provider-down', reason, refused: code >= 500 };
  if (code < 500) return { kind: 'retry', reason, elsewhere: code !== 450 };
  if (code === 503) return { kind: 'retry', reason, elsewhere: false };
  if (enhanced?.startsWith('2.2')) return { kind: 'retry', reason, elsewhere: false };
  if (saysNoSuchRecipient(code, enhanced, stage)) return { kind: 'suppress', reason };
  return { kind: 'fail', reason };
}

/** 5.1.7 and 5.1.8 speak of the sender's address. 5.0.0 says nothing. */
function saysNoSuchRecipient(code: number, enhanced: string | undefined, stage: SmtpStage): boolean {
  if (enhanced !== undefined && enhanced !== '0.0') {
    return enhanced === '2.1' || (enhanced.startsWith('1.') && enhanced !== '1.7' && enhanced !== '1.8');
  }
  return stage === 'recipient' && BLAME_THE_ADDRESS.has(code);
}

/** Subject and detail of an enhanced status code: `1.1` of `550 5.1.1 No such user`. */
function enhancedCode(reply: string): string | undefined {
  return /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1];
}

/** Servers quote the recipient in their replies; the history keeps no address. */
export function withoutAddresses(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/<[^<>\s]*>/g, '<…>')
    .replace(/[^\s<>]*@[^\s<>]*/g, '…')
    .trim();
}

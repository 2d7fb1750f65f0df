import type { Outcome } from './mail-transport.ts';

/** The part of the conversation that a reply belongs to; `body` is DATA, before and after the body itself. */
export type SmtpStage = 'session' | 'sender' | 'recipient' | 'body';

/** Codes that say the session was not let in: 530, 534, 535, 538 (RFC 4954, 6). */
const NOT_LET_IN = new Set([530, 534, 535, 538]);
/**
 * Enhanced codes that speak of the recipient's mailbox alone (RFC 3463, 3.2 and 3.3; RFC 7505 for 1.10): 5.1.1 no mailbox, 5.1.2 no
 * system, 5.1.3 syntax, 5.1.6 moved, 5.1.10 null MX, 5.2.1 disabled. 5.1.0 and 5.1.4 are said of senders, too, 5.1.7 and 5.1.8 of them alone.
 */
const NO_SUCH_MAILBOX = new Set(['1.1', '1.2', '1.3', '1.6', '1.10', '2.1']);
/** Codes that may blame the address where no enhanced code says more: 550, 551, 553 (RFC 5321, 4.2.3). */
const MAY_BLAME_THE_ADDRESS = new Set([550, 551, 553]);
/** Words of a mailbox that is not there, as Postfix, Exim, Sendmail, qmail, Exchange and the large providers say it. */
const MAILBOX_WORDS =
  /\b(user|recipient|mailbox|account|address|addressee)\b.{0,30}\b(unknown|not found|does(n't| not) exist|not exist|invalid|no longer (active|available|valid)|disabled|inactive)\b|\b(no such|unknown|invalid|non-?existent|no) (local )?(user|recipient|mailbox|account|address|person)\b|\bnot a (valid|known) (user|recipient|mailbox|address)\b|\buser not local\b|\bmailbox name not allowed\b/i;
/** Words of a refusal that is about us, our server or the mail: the address may be as good as any. */
const POLICY_WORDS =
  /\b(relay(ing)?|authenticat\w*|auth required|sender|spf|dkim|dmarc|block(ed|list)?|blacklist\w*|black list|spam|policy|denied|reputation|ip|dns|ptr|helo|ehlo|rate|too many|greylist\w*|verify|verification|tls)\b/i;
const FULL_WORDS = /\b(mailbox|quota|storage)\b.{0,40}\b(full|exceed\w*|over)\b|\bover ?quota\b|\bexceeded storage\b/i;
const SIZE_WORDS = /\b(message|size)\b.{0,40}\b(too (large|big)|exceed\w*|limit)\b/i;

/**
 * What an SMTP reply means, by its code, its enhanced code (RFC 3463; the more exact of the two) and its place:
 *
 * - 530, 535 and any refusal of the session or the sender: the provider does not work for us, whatever the mail
 * - 4yz: again later (421, 451, 452, 454 perhaps elsewhere; 450 speaks for the recipient's server, so not elsewhere)
 * - an enhanced code of the mailbox (5.1.1 and its like), or plain 550/551/553 to RCPT TO whose words speak of the mailbox and of nothing
 *   else: no such recipient, suppress
 * - 5.2.2, or plain 552 and words of a full mailbox: again later
 * - any other 5yz: this mail will not be taken, and that is all. A relay that is set up wrong answers every recipient with a bare 550, and
 *   suppressing would shut everybody out of their accounts for good; 550 to DATA is a policy's word, too (RFC 5321, 4.3.2)
 */
export function classifyReply(code: number, reply: string, stage: SmtpStage): Outcome {
  const reason = `${stage}: ${withoutAddresses(reply)}`;
  const enhanced = enhancedCode(reply);
  if (NOT_LET_IN.has(code)) return { kind: 'provider-down', reason, refused: true };
  if (stage === 'session' || stage === 'sender') return { kind: 'provider-down', reason, refused: code >= 500 };
  if (code < 500) return { kind: 'retry', reason, elsewhere: code !== 450 };
  if (code === 503) return { kind: 'retry', reason, elsewhere: false };
  if (saysFull(code, enhanced, reply)) return { kind: 'retry', reason, elsewhere: false };
  if (saysNoSuchRecipient(code, enhanced, stage, reply)) return { kind: 'suppress', reason };
  return { kind: 'fail', reason };
}

/** The enhanced code first; 5.0.0 says nothing, and the words are read as without one. */
function saysNoSuchRecipient(code: number, enhanced: string | undefined, stage: SmtpStage, reply: string): boolean {
  if (isTelling(enhanced)) return NO_SUCH_MAILBOX.has(enhanced);
  if (stage !== 'recipient' || !MAY_BLAME_THE_ADDRESS.has(code)) return false;
  const words = withoutAddresses(reply);
  return MAILBOX_WORDS.test(words) && !POLICY_WORDS.test(words);
}

/** A full mailbox empties again. 552 is also said of a mail that is too large (RFC 5321, 4.2.3; RFC 1870, 6.1), which stays so. */
function saysFull(code: number, enhanced: string | undefined, reply: string): boolean {
  if (isTelling(enhanced)) return enhanced === '2.2';
  if (code !== 552 && !FULL_WORDS.test(reply)) return false;
  return FULL_WORDS.test(reply) || !SIZE_WORDS.test(reply);
}

function isTelling(enhanced: string | undefined): enhanced is string {
  return enhanced !== undefined && enhanced !== '0.0';
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

import type { Outcome, Refusal } from './mail-transport.ts';
import { subjectOf } from './reply-words.ts';

/** The part of the conversation that a reply belongs to; `body` is DATA, before and after the body itself. */
export type SmtpStage = 'session' | 'sender' | 'recipient' | 'body';

/** Codes that say the session was not let in: 530, 534, 535, 538 (RFC 4954, 6). */
const NOT_LET_IN = new Set([530, 534, 535, 538]);
/**
 * Enhanced codes that speak of the recipient's mailbox alone (RFC 3463, 3.2 and 3.3; RFC 7505 for 1.10): 5.1.1 no mailbox, 5.1.2 no
 * system, 5.1.3 syntax, 5.1.6 moved, 5.1.10 null MX, 5.2.1 disabled. 5.1.0 and 5.1.4 are said of senders, too, 5.1.7 and 5.1.8 of them alone.
 */
const NO_SUCH_MAILBOX = new Set(['1.1', '1.2', '1.3', '1.6', '1.10', '2.1']);
/** Of the sender (RFC 3463, 3.2), of the mail's size (2.3, 3.4) and of its content (3.7). */
const OF_THE_SENDER = new Set(['1.7', '1.8']);
const OF_THE_MAIL = /^(2\.3|3\.4|6\.\d+)$/;

/**
 * What an SMTP reply means, by its code, its enhanced code (RFC 3463; the more exact of the two), its words and its place:
 *
 * - 530, 535 and any refusal of the session or the sender: the provider does not work for us, whatever the mail
 * - 4yz: again later (421, 451, 452, 454 perhaps elsewhere; 450 speaks for the recipient's server, so not elsewhere)
 * - an enhanced code of the mailbox (5.1.1 and its like), or to RCPT TO words of a mailbox that is not there and of nothing else: no
 *   such recipient, suppress
 * - 5.2.2, or plain 552 and words of a full mailbox: again later
 * - any other 5yz: this mail will not be taken, and that is all at first. A relay that is set up wrong answers every recipient with
 *   a bare 550, and suppressing would shut everybody out of their accounts for good; 550 to DATA is a policy's word, too
 *   (RFC 5321, 4.3.2). `refusal` says what more may come of it: see `Refusal`.
 */
export function classifyReply(code: number, reply: string, stage: SmtpStage): Outcome {
  const reason = `${stage}: ${withoutAddresses(reply)}`;
  if (NOT_LET_IN.has(code)) return { kind: 'provider-down', reason, refused: true };
  if (stage === 'session' || stage === 'sender') return { kind: 'provider-down', reason, refused: code >= 500 };
  if (code < 500) return { kind: 'retry', reason, elsewhere: code !== 450 };
  if (code === 503) return { kind: 'retry', reason, elsewhere: false };
  const enhanced = enhancedCode(reply);
  const subject = enhanced === undefined ? subjectByWords(code, stage, reply) : subjectByCode(enhanced, stage);
  if (subject === 'full') return { kind: 'retry', reason, elsewhere: false };
  if (subject === 'mailbox') return { kind: 'suppress', reason };
  return { kind: 'fail', reason, ...(subject === 'mail' ? {} : { refusal: subject }) };
}

type Subject = 'full' | 'mailbox' | 'mail' | Refusal;

function subjectByCode(enhanced: string, stage: SmtpStage): Subject {
  if (enhanced === '2.2') return 'full';
  if (NO_SUCH_MAILBOX.has(enhanced)) return 'mailbox';
  if (OF_THE_MAIL.test(enhanced)) return 'mail';
  const ofTheRecipient = stage === 'recipient' && /^[124]\./.test(enhanced) && !OF_THE_SENDER.has(enhanced);
  return ofTheRecipient ? 'bare' : 'policy';
}

/** 552 is said of a full mailbox and of a mail that is too large (RFC 5321, 4.2.3; RFC 1870, 6.1): only the second stays so. */
function subjectByWords(code: number, stage: SmtpStage, reply: string): Subject {
  const subject = subjectOf(withoutAddresses(reply));
  if (subject === 'policy' || subject === 'full') return subject;
  if (subject === 'too-large') return 'mail';
  if (subject === 'mailbox' && stage === 'recipient') return 'mailbox';
  if (code === 552) return 'full';
  return stage === 'recipient' ? 'bare' : 'policy';
}

/**
 * Subject and detail of an enhanced status code: `1.1` of `550 5.1.1 No such user`, and of qmail's `… (#5.1.1)`. 5.0.0 says nothing.
 */
function enhancedCode(reply: string): string | undefined {
  const match = /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(reply) ?? /\(#[245]\.(\d{1,3}\.\d{1,3})\b/.exec(reply);
  return match?.[1] === '0.0' ? undefined : match?.[1];
}

/** Servers quote the recipient in their replies; the history keeps no address. */
export function withoutAddresses(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/<[^<>\s]*>/g, '<…>')
    .replace(/[^\s<>]*@[^\s<>]*/g, '…')
    .trim();
}

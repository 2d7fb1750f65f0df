import { withoutAddresses } from '@postern/runtime';
import type { Outcome, Refusal } from './mail-transport.ts';
import { speaksOfRate, subjectOf } from './reply-words.ts';

/** The part of the conversation that a reply belongs to; `body` is DATA, before and after the body itself. */
export type SmtpStage = 'session' | 'sender' | 'recipient' | 'body';

/** Codes that say the session was not let in: 530, 534, 535, 538 (RFC 4954, 6). */
const NOT_LET_IN = new Set([530, 534, 535, 538]);
/** Of the command's syntax and order (RFC 5321, 4.2.2), and of a host that takes no mail (RFC 7504): plainly said, of no recipient. */
const OF_OUR_COMMAND = new Set([500, 501, 502, 504, 521]);
/**
 * Enhanced codes that say of the recipient's mailbox, and of nothing else, that no mail will get there (RFC 3463, 3.2 and 3.3; RFC
 * 7505 for 5.1.10; IANA's SMTP Enhanced Status Codes): no such mailbox, its address has no valid syntax, moved, null MX (Exchange:
 * recipient not found), disabled. Not 5.1.2, which a relay says to everybody while its DNS fails, nor 5.1.0 and 5.1.4, which are said
 * of senders, too.
 */
const NO_SUCH_MAILBOX = new Set(['5.1.1', '5.1.3', '5.1.6', '5.1.10', '5.2.1']);
/** The same anywhere in a text, as providers quote them. */
const MAILBOX_CODE = /(?<![\d.])5\.(1\.(1|3|6|10)|2\.1)(?![\d.]*\d)/;
/** Of the sender (RFC 3463, 3.2), of the mail's size (5.2.3, 5.3.4) and of its content (3.7). */
const OF_THE_SENDER = new Set(['5.1.7', '5.1.8']);
const OF_THE_MAIL = /^[45]\.(2\.3|3\.4|6\.\d+)$/;
/**
 * Said by recipients' servers to whoever comes for the first time: under 4yz and 5yz, and often a code of policy. It asks us for patience, and
 * another provider would have to begin anew.
 */
const GREYLISTED = /gr[ae]y-?list/i;
/** A full mailbox, as providers quote it. */
const FULL_CODE = /(?<![\d.])[45]\.2\.2(?![\d.]*\d)/;
/** A mailbox that gets more mail at the moment than its server lets it: Outlook.com in codes of its own, Gmail in words beside x.2.1. */
const BUSY_CODE = /(?<![\d.])[45]\.2\.12[12](?![\d.]*\d)/;
const CLOSED_CODE = /(?<![\d.])[45]\.2\.1(?![\d.]*\d)/;
/** Security and policy (RFC 3463, 3.8): in whatever line, and quoted from another server, it says why. */
const POLICY_CODE = /(?<![\d.])5\.7\.\d{1,3}(?![\d.]*\d)/;

/**
 * What a refusal (4yz or 5yz) means, by its code, its enhanced codes (RFC 3463; the more exact), its words and its place:
 *
 * - 530, 535 and any refusal of the session or the sender: the provider does not work for us, whatever the mail
 * - 503: the conversation is not as the server wants it (out of step, or not signed in), whatever the mail
 * - 4yz: again later (421, 451, 452, 454 perhaps elsewhere, but not for a full mailbox; 450 speaks for the recipient's server, so not
 *   elsewhere, unless its code is of policy: Postfix says 450 4.7.1 to everybody who has no reverse name)
 * - to RCPT TO, enhanced codes of the mailbox alone, in words that do not speak of us: no such recipient, suppress. No words suppress
 *   without such a code: a relay that is set up wrong says "user unknown" of our login or our sender, to every recipient
 * - 5.2.2, or plain 552 and words of a full mailbox, one that gets too much mail at the moment, and greylisting under any code: again
 *   later
 * - any other 5yz: this mail will not be taken, and that is all at first; 550 to DATA is a policy's word, too (RFC 5321, 4.3.2).
 *   `refusal` says what more may come of it: see `Refusal`.
 */
export function classifyReply(code: number, reply: string, stage: SmtpStage): Outcome {
  const words = withoutAddresses(reply);
  const reason = `${stage}: ${words}`;
  if (NOT_LET_IN.has(code)) return { kind: 'provider-down', reason, refused: true };
  if (stage === 'session' || stage === 'sender') return { kind: 'provider-down', reason, refused: code >= 500 };
  if (code === 503) return { kind: 'provider-down', reason, refused: false };
  if (GREYLISTED.test(words)) return { kind: 'retry', reason, elsewhere: false };
  if (code < 500) return { kind: 'retry', reason, elsewhere: mayDoElsewhere(code, reply, words) };
  const subject = subjectIn(code, { reply, words }, stage);
  if (subject === 'full' || subject === 'busy') return { kind: 'retry', reason, elsewhere: false };
  if (subject === 'mailbox') return { kind: 'suppress', reason };
  return { kind: 'fail', reason, ...(subject === 'mail' ? {} : { refusal: subject }) };
}

/** Not where it is the mailbox that is full or closed for now: it is the same one by any way, and the provider is not to be warned of. */
function mayDoElsewhere(code: number, reply: string, words: string): boolean {
  const enhanced = enhancedCodes(reply);
  if (enhanced.some((one) => one.startsWith('4.7.'))) return true;
  const ofTheMailbox = enhanced.some((one) => one.startsWith('4.2.') || one === '4.1.1') || subjectOf(words) === 'full';
  return code !== 450 && !ofTheMailbox;
}

/**
 * Whether what a provider reports of a refusal it had blames us: a code of security or policy, whatever else is said of the recipient; or,
 * where no code of a mailbox speaks for it, words of relaying, login, sender, host or reputation.
 */
export function blamesUs(text: string): boolean {
  return POLICY_CODE.test(text) || (!MAILBOX_CODE.test(text) && subjectOf(withoutAddresses(text)) === 'policy');
}

/**
 * Whether what a provider reports of a refusal speaks of a mailbox that is full, which its owner empties, or gets too much mail at the
 * moment; some report either as permanent.
 */
export function saysItPasses(text: string): boolean {
  if (FULL_CODE.test(text) || (!POLICY_CODE.test(text) && getsTooMuch(text))) return true;
  return !MAILBOX_CODE.test(text) && subjectOf(withoutAddresses(text)) === 'full';
}

function getsTooMuch(text: string): boolean {
  return BUSY_CODE.test(text) || (CLOSED_CODE.test(text) && speaksOfRate(withoutAddresses(text)));
}

type Subject = 'full' | 'busy' | 'mailbox' | 'mail' | Refusal;

/** @param said.words the reply without addresses */
function subjectIn(code: number, { reply, words }: { reply: string; words: string }, stage: SmtpStage): Subject {
  if (POLICY_CODE.test(reply)) return 'policy';
  if (getsTooMuch(reply)) return 'busy';
  const enhanced = enhancedCodes(reply);
  return enhanced.length === 0 ? subjectByWords(code, stage, words) : subjectByCodes(enhanced, stage, words);
}

function subjectByCodes(enhanced: readonly string[], stage: SmtpStage, words: string): Subject {
  if (enhanced.some((one) => one.endsWith('.2.2'))) return 'full';
  if (enhanced.some((one) => OF_THE_MAIL.test(one))) return 'mail';
  if (enhanced.every((one) => NO_SUCH_MAILBOX.has(one))) {
    // To the body, or in words that speak of us, it is not a plain word: it has to be said on several days.
    return stage === 'recipient' && subjectOf(words) !== 'policy' ? 'mailbox' : 'bare';
  }
  const ofTheRecipient =
    stage === 'recipient' && enhanced.every((one) => /^\d\.[124]\./.test(one) && !OF_THE_SENDER.has(one));
  return ofTheRecipient ? 'bare' : 'policy';
}

/** 552 is said of a full mailbox and of a mail that is too large (RFC 5321, 4.2.3; RFC 1870, 6.1): only the second stays so. */
function subjectByWords(code: number, stage: SmtpStage, words: string): Subject {
  const subject = subjectOf(words);
  if (subject === 'too-large') return 'mail';
  if (subject !== undefined) return subject;
  if (code === 552) return 'full';
  return stage === 'recipient' && !OF_OUR_COMMAND.has(code) ? 'bare' : 'policy';
}

/**
 * The enhanced status codes that begin a reply's lines, as in `550 5.1.1 No such user`, and those that qmail puts at the end,
 * `… (#5.1.1)`. 5.0.0 says nothing.
 */
function enhancedCodes(reply: string): string[] {
  const found = reply.matchAll(/(?:^\d{3}[ -]|\(#)([245]\.\d{1,3}\.\d{1,3})\b/gm);
  return [...found].map(([, code]) => code as string).filter((code) => !code.endsWith('.0.0'));
}

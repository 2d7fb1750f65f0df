/**
 * What servers say where no enhanced code tells: short English phrases of Postfix, Exim, Sendmail, qmail, Exchange, Gmail, Outlook,
 * Yahoo, GMX and mail.ru, each with its reply in smtp-replies.test.ts. Words that are not here say nothing.
 */

/** A mailbox that is not there. */
const MAILBOX = new RegExp(
  [
    String.raw`\b(user|recipient|mailbox|account|address|addressee)\b.{0,30}\b(unknown|not found|does(n't| not) exist|not exist|invalid|no longer (active|available|valid)|disabled|inactive)\b`,
    String.raw`\b(no such|unknown|invalid|non-?existent|no) (local )?(user|recipient|mailbox|account|address|person|part)\b`,
    String.raw`\bnot a (valid|known) (user|recipient|mailbox|address)\b`,
    String.raw`\buser does(n't| not) have an? \S+ account\b`,
    String.raw`\b(user not local|mailbox name not allowed|unrout(e)?able address)\b`,
  ].join('|'),
  'i',
);

/** A refusal that is about us, our server or the mail: the address may be as good as any. */
const POLICY = new RegExp(
  [
    String.raw`\b(relay(ing)?|rcpthosts|authenticat\w*|auth required|sender|spf|dkim|dmarc|block(ed|list)?|blacklist\w*|black list|rbl|spam)\b`,
    String.raw`\b(policy|prohibit\w*|prohibition|denied|reputation|ip|dns|ptr|helo|ehlo|rate|too many|greylist\w*|verify|verification|verified|tls)\b`,
  ].join('|'),
  'i',
);

const FULL =
  /\b(mailbox|inbox|quota|storage)\b.{0,40}\b(full|exceed\w*|over|out of)\b|\bover ?quota\b|\bexceeded storage\b/i;
const TOO_LARGE = /\b(message|size)\b.{0,40}\b(too (large|big)|exceed\w*|limit)\b/i;

/** What the words of a refusal speak of; `undefined` where they tell nothing. A word of policy outweighs all others. */
export function subjectOf(words: string): 'policy' | 'full' | 'too-large' | 'mailbox' | undefined {
  if (POLICY.test(words)) return 'policy';
  if (FULL.test(words)) return 'full';
  if (TOO_LARGE.test(words)) return 'too-large';
  if (MAILBOX.test(words)) return 'mailbox';
  return undefined;
}

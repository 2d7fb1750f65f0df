/**
 * What servers say where no enhanced code does: short English phrases of Postfix, Exim, Sendmail, qmail, Exchange, Gmail, Outlook,
 * Yahoo, SES, SendGrid, Mailgun and others, each with its reply in smtp-replies.test.ts. No words suppress anybody at once: "user
 * unknown" is said of our login and of our sender as well. Words that are not here say nothing.
 */

/** A refusal that is about us, our server or the mail: the address may be as good as any. */
const POLICY = new RegExp(
  [
    String.raw`\b(relay(ing)?(?! recipient table)|rcpthosts|(un)?authenticat\w*|auth required|senders?|spf|dkim|dmarc|block(ed|list)?|blacklist\w*|black list|rbl|spam)\b`,
    String.raw`\b(policy|prohibit\w*|prohibition|denied|reputation|ip|dns|ptr|helo|ehlo|rate|too (many|quickly|fast)|greylist\w*|verify|verification|verified|tls)\b`,
    String.raw`\b(log(ged|ging)?[ -]?in|sign(ed)?[ -]?in|credentials?|passwords?|authori[sz]\w*|unauthori[sz]\w*|permi(tted|ssion)|not allowed to|submission|licen[sc]e|subscription|suspended)\b`,
    String.raw`\byour (\w+ )?(account|mailbox|user|domain|host|hostname|server|client|network|plan|organi[sz]ation)\b`,
    String.raw`\b(client|host|hostname|reverse|rdns|from[ :]address|return[ -]path|envelope[ -]from|mail from|from header)\b`,
    String.raw`\bfor (the )?(sender|from)\b|\[?\b\d{1,3}(\.\d{1,3}){3}\b\]?`,
  ].join('|'),
  'i',
);

const FULL =
  /\b(mailbox|inbox|quota|storage)\b.{0,40}\b(full|exceed\w*|over|out of)\b|\bover ?quota\b|\bexceeded storage\b/i;
const TOO_LARGE = /\b(message|size)\b.{0,40}\b(too (large|big)|exceed\w*|limit)\b/i;

const RATE = /\b(rate|too (many|quickly|fast)|receivingrate\w*)\b/i;

/** Whether they speak of how much comes at a time: to whom, or from whom, they do not say. */
export function speaksOfRate(words: string): boolean {
  return RATE.test(words);
}

/** What the words of a refusal speak of; `undefined` where they mean nothing. A word of policy outweighs all others. */
export function subjectOf(words: string): 'policy' | 'full' | 'too-large' | undefined {
  if (POLICY.test(words)) return 'policy';
  if (FULL.test(words)) return 'full';
  if (TOO_LARGE.test(words)) return 'too-large';
  return undefined;
}

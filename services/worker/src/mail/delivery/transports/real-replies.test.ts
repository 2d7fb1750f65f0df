import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply, saysItPasses } from './smtp-replies.ts';

/** Real replies to RCPT TO, by whoever says them: codes of the mailbox, in words that speak of nothing else. */
const OF_THE_MAILBOX = [
  ['Postfix', '550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in virtual mailbox table'],
  ['Postfix', '550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in relay recipient table'],
  ['Postfix', '501 5.1.3 Bad recipient address syntax'],
  ['Sendmail', '550 5.1.1 <ann@example.com>... User unknown'],
  ['Sendmail', '551 5.1.6 <ann@example.com>... User has moved'],
  ['Exchange', '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'],
  ['Exchange', '550 5.1.1 User unknown'],
  [
    'Gmail',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550 5.1.1 double-checking',
  ],
  ['Gmail', '550 5.2.1 The email account that you tried to reach is inactive.'],
  ['Gmail', '550 5.2.1 The email account that you tried to reach is disabled.'],
  ['SES mailbox simulator', '550 5.1.1 user unknown'],
  ['iCloud', '550 5.1.1 <ann@icloud.com>: user does not exist'],
  ['Mailgun', '550 5.1.1 The email account that you tried to reach does not exist'],
  ['qmail with chkuser', '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)'],
  ['any', '554 5.1.1 no such user'],
  ['any', '550-5.1.1 no such\n550 5.1.1 user'],
] as const;

/** Said of the recipient as well as of our login, our sender or a relay's own tables: nobody is suppressed for it at once. */
const UNREPORTED = [
  ['Exim', '550 Unrouteable address'],
  ['Exim', '550 Unknown user'],
  ['Exim', '550 Unknown local part ann in <ann@example.com>'],
  ['Exim', '550 No such user here'],
  ['qmail', '553 sorry, no mailbox here by that name'],
  ['Sendmail', '551 User not local; recipient does not exist'],
  ['GMX', '550 Requested action not taken: mailbox unavailable'],
  [
    'Yahoo',
    "554 delivery error: dd This user doesn't have a yahoo.com account (ann@yahoo.com) [0] - mta1.mail.bf1.yahoo.com",
  ],
  [
    'mail.ru',
    '550 Message was not accepted -- invalid mailbox. Local mailbox ann@mail.ru is unavailable: user not found',
  ],
  [
    'Mimecast',
    '550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [ZLoUmVKwPfGPYL1TNSHfeg.uk71]',
  ],
  ['Exchange Online', '550 5.4.1 Recipient address rejected: Access denied'],
  ['Postfix, whose DNS fails', '550 5.1.2 <ann@example.com>: Recipient address rejected: Domain not found'],
  ['any', '550 5.1.0 Address rejected'],
  ['any', '556 no such domain'],
  ['any', '550 no such user'],
  ['any', '550 no'],
  ['any', '550'],
  ['a relay that means us, under a code of the mailbox', '550 5.1.1 Your account is disabled'],
  ['a relay that means us, under a code of the mailbox', '550 5.1.1 user unknown: authentication failed'],
  ['a relay that means our sender', '550 5.1.1 Sender unknown'],
  ['any, with a code of the other class', '550 4.1.1 no such user'],
  ['Postfix', '550 5.1.0 <hello@example.com>: Sender address rejected: User unknown in virtual mailbox table'],
] as const;

/** Of us, our server, or the provider's rules: the address may be as good as any. */
const OF_US = [
  ['a relay', '550 Your account is disabled'],
  ['a relay', '550 Account not found: please log in'],
  ['a relay', '550 user unknown: authorization failed'],
  ['a relay', '550 From address not valid: unknown user'],
  ['a relay', '550 unknown address: 192.0.2.1 (no reverse)'],
  ['a relay', '550 client host not found'],
  ['a relay', '550 submission requires login'],
  ['a relay', '550 sender unknown'],
  ['a relay', '550 HELO mail.example.com does not exist'],
  ['a relay', '550 no such domain for sender'],
  ['a relay', '550 relay not permitted'],
  ['a relay', '550 Relaying denied'],
  ['a relay', '550 authentication required'],
  ['a relay', '550 account has been suspended for sending spam'],
  ['a relay', '501 no such user'],
  ['a relay', '501 invalid address'],
  ['Postfix', '554 5.7.1 <ann@example.com>: Relay access denied'],
  ['Postfix', '550 5.1.8 <hello@example.com>: Sender address rejected: Domain not found'],
  ['Postfix', '504 5.5.2 <mail>: Helo command rejected: need fully-qualified hostname'],
  ['Postfix', '550 5.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]'],
  ['Postfix', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org'],
  ['Exim', '550 Sender verify failed'],
  ['Exim', '550-Verification failed for <hello@example.com>\r\n550-No Such User Here\r\n550 Sender verify failed'],
  ['Exim', '550 Administrative prohibition'],
  ['Exim', '550 SPF check failed'],
  ['qmail', "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"],
  ['Exchange', '550 5.7.1 Unable to relay for ann@example.com'],
  ['Exchange', '550 5.7.606 Access denied, banned sending IP [192.0.2.1]'],
  ['Exchange', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'],
  ['Gmail', '550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550 5.7.26 more'],
  ['Gmail', '550 5.7.1 The user or domain that you are sending to (or from) has a policy that prohibited the mail'],
  [
    'SES',
    '554 Message rejected: Email address is not verified. The following identities failed the check: ann@example.com',
  ],
  [
    'SendGrid',
    '550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved',
  ],
  ['SendGrid', '550 Unauthenticated senders not allowed'],
  ['SendGrid', '550 Requested action aborted: Your account has reached its sending limit'],
  ['Mailgun', '550 5.7.1 Sandbox subdomains are for test purposes only. Please add your own domain or add the address'],
  ['Mailgun', '550 Domain mail.example.com is not allowed to send: Free accounts are for test purposes only'],
  [
    'Outlook.com',
    '550 SC-001 Unfortunately, messages from 192.0.2.1 were not sent. Part of their network is on our block list.',
  ],
  ['Yahoo', '553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.'],
  ['any', '550 JunkMail rejected - mail.example.com [192.0.2.1] is in an RBL'],
  ['any', '550 Blocked by spam policy: user unknown to our reputation service'],
  ['any, in two minds', '550-5.1.1 no such user\r\n550 5.7.1 for the likes of you'],
  ['any, that quotes another server', '550 5.1.1 rejected: host mx.example.net said: 550 5.7.1 no'],
  ['any', '554 5.3.0 no'],
  ['Outlook.com', '550 5.5.0 Requested action not taken: mailbox unavailable'],
] as const;

/** A mailbox that gets more mail at the moment than its server lets it. */
const OF_A_BUSY_MAILBOX = [
  [
    'Gmail',
    '450-4.2.1 The user you are trying to contact is receiving mail at a rate that\r\n450-4.2.1 prevents additional messages from being delivered. Please resend your\r\n450-4.2.1 message at a later time. If the user is able to receive mail at that\r\n450-4.2.1 time, your message will be delivered. For more information, please\r\n450-4.2.1 visit\r\n450 4.2.1  https://support.google.com/mail/?p=ReceivingRate 5b1f17b1804b1-42c0d7f2 - gsmtp',
  ],
  [
    'Gmail',
    '550-5.2.1 The user you are trying to contact is receiving mail at a rate that\r\n550-5.2.1 prevents additional messages from being delivered. For more\r\n550-5.2.1 information, please visit\r\n550 5.2.1  https://support.google.com/mail/?p=ReceivingRatePerm 5b1f17b1804b1-42c0d7f2 - gsmtp',
  ],
  ['Gmail', '450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend it later'],
  ['Gmail', '550 5.2.1 The user you are trying to contact is receiving mail too quickly'],
  ['Gmail, cut short', '550 5.2.1 https://support.google.com/mail/?p=ReceivingRatePerm'],
  [
    'Outlook.com',
    '554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour. [MWH0EPF000A6735.namprd04.prod.outlook.com]',
  ],
  ['Exchange Online', "550 5.2.121 Recipient's per hour message receive limit from specific sender exceeded"],
] as const;

const judged = (reply: string) => {
  const outcome = classifyReply(Number(reply.slice(0, 3)), reply, 'recipient');
  return outcome.kind === 'fail' ? outcome.refusal : outcome.kind;
};

describe('a refusal of a recipient', () => {
  it.each(OF_THE_MAILBOX)('suppresses the address, by %s: %s', (_by, reply) => {
    expect(judged(reply)).toBe('suppress');
  });

  it.each(UNREPORTED)('fails the mail, and counts against the address on several days, by %s: %s', (_by, reply) => {
    expect(judged(reply)).toBe('bare');
  });

  it.each(OF_US)('fails the mail, and never counts against the address, by %s: %s', (_by, reply) => {
    expect(judged(reply)).toBe('policy');
  });

  it.each(OF_A_BUSY_MAILBOX)('has the mail tried again by the same provider, by %s: %s', (_by, reply) => {
    const outcome = classifyReply(Number(reply.slice(0, 3)), reply, 'recipient');
    expect(outcome).toMatchObject({ kind: 'retry', elsewhere: false });
  });

  it.each(OF_A_BUSY_MAILBOX)('that a provider reports passes by itself, by %s: %s', (_by, reply) => {
    expect(saysItPasses(`Permanent General: 5.2.1 smtp; ${reply.replaceAll('\r\n', ' ')}`)).toBe(true);
  });

  it.each([
    '550 5.1.1 user unknown; too many of them',
    '550 5.2.1 The email account that you tried to reach is disabled.',
    '550 5.7.28 receiving mail at a rate that is unusual, see 5.2.1',
    '550 rate limit',
  ])('that a provider reports does not pass by words of rate without a code of a busy mailbox: %s', (reply) => {
    expect(saysItPasses(`Permanent General: smtp; ${reply}`)).toBe(false);
  });

  it("suppresses in no words whatever, where no code of the mailbox begins a line or is in qmail's brackets", () => {
    const words = fc.string({
      unit: fc.constantFrom('user', 'unknown', 'no', 'such', ' ', ':', '5', '.', '1', 'invalid'),
    });
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 599 }), words, (code, said) => {
        fc.pre(!/^5\.[12]\./.test(said));
        return classifyReply(code, `${code} ${said}`, 'recipient').kind !== 'suppress';
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply, type SmtpStage, withoutAddresses } from './smtp-replies.ts';

const stages: SmtpStage[] = ['session', 'sender', 'recipient', 'body'];

describe('a reply', () => {
  it('never blames the address unless it is a 5yz to the recipient or the body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.constantFrom(...stages), fc.string(), (code, stage, text) => {
        const { kind } = classifyReply(code, `${code} ${text}`, stage);
        return kind !== 'suppress' || (code >= 500 && (stage === 'recipient' || stage === 'body'));
      }),
    );
  });

  it('of the 4yz kind always leaves room for another try', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 499 }), fc.constantFrom(...stages), (code, stage) =>
        ['retry', 'provider-down'].includes(classifyReply(code, `${code} later`, stage).kind),
      ),
    );
  });

  it('is read by its enhanced code before its plain one', () => {
    expect(classifyReply(550, '550 5.7.1 policy', 'recipient').kind).toBe('fail');
    expect(classifyReply(554, '554 5.1.1 no such user', 'recipient').kind).toBe('suppress');
    expect(classifyReply(550, '550 5.2.2 full', 'recipient').kind).toBe('retry');
    expect(classifyReply(550, '550 5.1.8 bad sender', 'recipient').kind).toBe('fail');
    expect(classifyReply(550, '550-5.1.1 no such\n550 5.1.1 user', 'recipient').kind).toBe('suppress');
  });
});

describe('a refusal of a recipient', () => {
  it.each([
    '550 5.1.1 <ann@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
    '550-5.1.1 The email account that you tried to reach does not exist. Please try',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '550 5.2.1 The email account that you tried to reach is inactive.',
    '554 5.1.1 no such user',
    '550 No such user here',
    '550 Unknown user',
    '550 user unknown',
    '550 Invalid recipient <ann@example.com>',
    '550 Requested action not taken: mailbox not found',
    '551 User not local; recipient does not exist',
    '553 sorry, no mailbox here by that name',
    '511 sorry, no mailbox here by that name (#5.1.1 - chkuser)',
    "554 delivery error: dd This user doesn't have a yahoo.com account (ann@yahoo.com) [0] - mta1.mail.bf1.yahoo.com",
    '552 1 Requested mail action aborted, mailbox not found',
    '550 Message was not accepted -- invalid mailbox. Local mailbox ann@mail.ru is unavailable: user not found',
    '550 Unrouteable address',
    '550 Unknown local part ann in <ann@example.com>',
    '550 5.2.1 The email account that you tried to reach is disabled.',
  ])('suppresses the address for "%s"', (reply) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient').kind).toBe('suppress');
  });

  it.each([
    '550 relay not permitted',
    '550 Relaying denied',
    '550 5.7.1 Unable to relay for ann@example.com',
    '554 5.7.1 <ann@example.com>: Relay access denied',
    '550 authentication required',
    '550 Sender verify failed',
    '550 Verification failed for <hello@example.com>: no such user',
    '550 Your IP is blocked',
    '550 5.7.26 This mail has been blocked because the sender is unauthenticated',
    '550 5.7.606 Access denied, banned sending IP [192.0.2.1]',
    '550 5.1.0 Address rejected',
    '550 5.1.8 bad sender',
    '550 5.4.1 Recipient address rejected: Access denied',
    '550 Requested action not taken: mailbox unavailable',
    '550 SPF check failed',
    '550 Blocked by spam policy: user unknown to our reputation service',
    '550 no',
    '550',
    '553 Unauthenticated sending denied',
    '550-Verification failed for <hello@example.com>\r\n550-No Such User Here\r\n550 Sender verify failed',
    '550 5.1.0 <hello@example.com>: Sender address rejected: User unknown in virtual mailbox table',
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    '550 SC-001 Unfortunately, messages from 192.0.2.1 were not sent. Part of their network is on our block list.',
    '550 JunkMail rejected - mail.example.com [192.0.2.1] is in an RBL',
    '550 Administrative prohibition',
    '554 Message rejected: Email address is not verified. The following identities failed the check: ann@example.com',
    '550-Requested action not taken: mailbox unavailable\r\n550 Sender IP blocked by Spamhaus',
    '550 account has been suspended for sending spam',
    '553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.',
  ])('fails the mail alone for "%s"', (reply) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient').kind).toBe('fail');
  });

  it.each([
    '552 5.2.2 Over quota',
    '452 4.2.2 The email account that you tried to reach is over quota',
    '552 mailbox full',
    '552 Requested mail action aborted: exceeded storage allocation',
    '550 Mailbox quota exceeded',
    "552 5.2.2 The recipient's inbox is out of storage space.",
    '550 User mailbox exceeds allowed size',
    '552',
  ])('tries again later for "%s"', (reply) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient').kind).toBe('retry');
  });

  it.each(['552 Message size exceeds fixed limit', '552 5.3.4 Message too big for system', '552 message too large'])(
    'does not try a mail again that is too large: "%s"',
    (reply) => {
      expect(classifyReply(552, reply, 'body').kind).toBe('fail');
    },
  );
});

describe('what may come of a refusal', () => {
  const refusal = (reply: string, stage: SmtpStage = 'recipient') => {
    const outcome = classifyReply(Number(reply.slice(0, 3)), reply, stage);
    return outcome.kind === 'fail' ? outcome.refusal : outcome.kind;
  };

  it.each(['550 no', '554 transaction failed', '550 5.1.0 Address rejected', '550 mailbox unavailable', '550'])(
    'is the recipient suppressed, if it is said on several days: "%s"',
    (reply) => {
      expect(refusal(reply)).toBe('bare');
    },
  );

  it.each(['550 relay not permitted', '550 5.7.1 no', '554 5.3.0 no', '550 5.1.8 bad sender'])(
    'is the provider shut off, and never the recipient suppressed: "%s"',
    (reply) => {
      expect(refusal(reply)).toBe('policy');
    },
  );

  it.each(['550 no', '554 transaction failed', '554 5.6.1 no'])(
    'is never the recipient suppressed at DATA: "%s"',
    (reply) => {
      expect(refusal(reply, 'body')).not.toBe('bare');
    },
  );

  it.each(['552 5.3.4 too big', '552 message too large', '554 5.6.3 conversion required'])(
    'is nothing where the mail itself is at fault: "%s"',
    (reply) => {
      expect(refusal(reply)).toBeUndefined();
    },
  );
});

describe('the history', () => {
  it('keeps no address that a server quotes', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const text = withoutAddresses(`550 5.1.1 <${address}> ${address}: unknown (${address})`);
        return !text.includes(address) && !text.includes('@');
      }),
    );
  });

  it('keeps the rest of what the server said on one line', () => {
    expect(withoutAddresses('550-5.1.1 no\r\n550 such user')).toBe('550-5.1.1 no 550 such user');
  });
});

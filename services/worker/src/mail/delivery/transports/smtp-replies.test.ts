import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply, type SmtpStage } from './smtp-replies.ts';

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
    '552 5.2.2 Over quota',
    '452 4.2.2 The email account that you tried to reach is over quota',
    '552 mailbox full',
    '552 Requested mail action aborted: exceeded storage allocation',
    '550 Mailbox quota exceeded',
    "552 5.2.2 The recipient's inbox is out of storage space.",
    '550 User mailbox exceeds allowed size',
    '552',
    '550 5.7.1 Greylisted, please try again in 300 seconds',
    '554 5.7.1 <ann@example.com>: Recipient address rejected: Greylisting in action',
    '550 You have been graylisted',
  ])('tries again later for "%s"', (reply) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient').kind).toBe('retry');
  });

  it.each(['450 4.7.1', '451 4.7.1', '451', '421', '550 5.7.1'])(
    'has no other provider begin anew where it is greylisted: %s',
    (code) => {
      const outcome = classifyReply(Number(code.slice(0, 3)), `${code} Greylisted, come back later`, 'recipient');
      expect(outcome).toMatchObject({ kind: 'retry', elsewhere: false });
    },
  );

  it.each([
    ['452 4.2.2 The email account that you tried to reach is over quota', false],
    ['452 mailbox full', false],
    ['450 4.2.1 The user is receiving mail too quickly', false],
    ['452 4.3.1 Insufficient system storage', true],
    ['451 4.7.650 The mail server has been temporarily rate limited', true],
    ['421 4.7.0 Try again later', true],
  ])('goes by another provider unless it is the mailbox that takes nothing for now: "%s" %s', (reply, elsewhere) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient')).toMatchObject({ kind: 'retry', elsewhere });
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

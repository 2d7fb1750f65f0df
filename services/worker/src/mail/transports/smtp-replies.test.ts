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
  ])('fails the mail alone for "%s"', (reply) => {
    expect(classifyReply(Number(reply.slice(0, 3)), reply, 'recipient').kind).toBe('fail');
  });

  it.each([
    '552 5.2.2 Over quota',
    '452 4.2.2 The email account that you tried to reach is over quota',
    '552 mailbox full',
    '552 Requested mail action aborted: exceeded storage allocation',
    '550 Mailbox quota exceeded',
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

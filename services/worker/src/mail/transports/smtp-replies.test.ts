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

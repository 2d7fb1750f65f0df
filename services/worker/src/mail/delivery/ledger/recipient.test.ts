import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTimeOf, mailId } from './mail-identity.ts';
import { checkAddress, domainOf, RecipientHasher, UnusableAddressError } from './recipient.ts';

/** Any code units, halves of surrogate pairs included. */
const text = fc.array(fc.nat({ max: 0xffff }), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));

describe('an address', () => {
  it.each(['ann@example.com', 'ann+tag@example.com', 'żółw@łódź.example', '用户@例子.example', "o'brien@example.com"])(
    'may be %s',
    (address) => {
      expect(() => checkAddress(address)).not.toThrow();
    },
  );

  it.each([
    'ann@example.com\r\nBcc: eve@example.com',
    'ann@example.com,eve@example.com',
    'Ann <ann@example.com>',
    'ann@example.com> SIZE=1',
    '"ann eve"@example.com',
    'ann@@example.com',
    'ann@',
    '@example.com',
    'ann',
    'ann\u0000@example.com',
    `${'a'.repeat(250)}@example.com`,
    'ann\ud800@example.com',
  ])('may not be %j', (address) => {
    expect(() => checkAddress(address)).toThrow(UnusableAddressError);
  });

  it('that is let through can end no header and no SMTP command', () => {
    fc.assert(
      fc.property(text, text, (local, domain) => {
        const address = `${local}@${domain}`;
        try {
          checkAddress(address);
        } catch {
          return true;
        }
        return !/[\s<>,;:"\\]/.test(address) && address.split('@').length === 2;
      }),
    );
  });

  it('has the same hash however its letters are cased and its domain is written, under one key alone', () => {
    const hasher = new RecipientHasher(Buffer.alloc(32, 1));
    expect(hasher.hash('Ann@EXAMPLE.com')).toEqual(hasher.hash('ann@example.com'));
    expect(hasher.hash('a@münchen.example')).toEqual(hasher.hash('a@xn--mnchen-3ya.example'));
    expect(new RecipientHasher(Buffer.alloc(32, 2)).hash('ann@example.com')).not.toEqual(
      hasher.hash('ann@example.com'),
    );
  });

  it('has a domain in ASCII', () => {
    expect(domainOf('a@MÜNCHEN.example')).toBe('xn--mnchen-3ya.example');
  });
});

describe("a mail's id", () => {
  const event = '01a208ae-06fc-721a-ac5c-596e9e7c1bab';

  it('is the same for the same key and another for another', () => {
    expect(mailId(`${event}/a/b`)).toEqual(mailId(`${event}/a/b`));
    expect(mailId(`${event}/a/b`)).not.toEqual(mailId(`${event}/a/c`));
  });

  it('begins with the time of its event, so that rows are inserted at the end of the index', () => {
    expect(mailId(`${event}/a/b`).subarray(0, 6).toString('hex')).toBe('01a208ae06fc');
    expect(eventTimeOf(`${event}/a/b`)?.toISOString()).toBe('2026-11-23T13:52:32.508Z');
  });

  it('is made of any key, a UUID in it or not', () => {
    fc.assert(fc.property(fc.string(), (key) => mailId(key).length === 16));
  });
});

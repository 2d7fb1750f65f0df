import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmailAddress, shownAddress } from './email-address.ts';
import { foldAddress } from './fold-address.ts';

const label = (length: number) => 'a'.repeat(length);
const longest = `${label(63)}.${label(63)}.${label(61)}`;

describe('an e-mail address', () => {
  it.each([
    'a&b@example.com',
    "o'brien+tag@example.com",
    "!#$%&'*+/=?^_`{|}~-@example.com",
    'first.last@sub.example.co.uk',
    'a@b-c.d',
    'a@1and1.com',
    'ada@localhost',
    `${label(64)}@example.com`,
    `a@${label(63)}.com`,
    `${label(64)}@${longest}`,
  ])('may be %s', (address) => expect(readEmailAddress(address)).toEqual({ address }));

  it.each([
    ['Ada@EXAMPLE.com', 'ada@example.com', 'ada@example.com'],
    ['  ada@example.com ', 'ada@example.com', 'ada@example.com'],
    ['ada@Müller.de', 'ada@xn--mller-kva.de', 'ada@müller.de'],
    ['ada@mu\u0308ller.de', 'ada@xn--mller-kva.de', 'ada@müller.de'],
    ['ada@xn--mller-kva.de', 'ada@xn--mller-kva.de', 'ada@müller.de'],
    ['ada@straße.de', 'ada@xn--strae-oqa.de', 'ada@straße.de'],
    ['ada@例え。テスト', 'ada@xn--r8jz45g.xn--zckzah', 'ada@例え.テスト'],
  ])('is stored and shown in one spelling each: %j', (written, stored, shown) => {
    expect(readEmailAddress(written)).toEqual({ address: stored });
    expect(shownAddress(stored)).toBe(shown);
    expect(foldAddress(written.trim())).toBe(stored);
  });

  it.each([
    ['', /name@domain/],
    ['ada', /name@domain/],
    ['@example.com', /name@domain/],
    ['ada@', /name@domain/],
    ['a@b@example.com', /one @/],
    ['a b@example.com', /before the @/i],
    ['"ada"@example.com', /before the @/i],
    ['ada<x>@example.com', /before the @/i],
    ['ada\u0000@example.com', /before the @/i],
    ['ä@example.com', /outside ASCII/],
    [`${label(65)}@example.com`, /at most 64/],
    [`a@${label(64)}.com`, /at most 63/],
    [`a@${label(63)}.${label(63)}.${label(63)}.${label(63)}`, /at most 253/],
    [`${label(64)}@${longest}a`, /at most 254/],
    ['u@bad-.com', /hyphen/],
    ['u@-bad.com', /hyphen/],
    ['u@a_b.com', /hyphen/],
    ['u@a..b', /two dots/],
    ['u@a.', /two dots/],
    ['u@.a', /two dots/],
    ['u@a b.com', /hyphen/],
    ['u@127.0.0.1', /number/],
    ['u@[127.0.0.1]', /hyphen/],
    ['u@例.１２7', /character|number/],
    ['u@xn--a.com', /xn--/],
    ['u@ä/b.de', /character/],
    ['u@ä%41.de', /character/],
    ['u@ä:80', /character/],
    ['u@\u202eä.de', /character/],
    ['u@\ud800.de', /character/],
  ])('may not be %j, and the fault gives a hint', (written, hint) => {
    expect(readEmailAddress(written).fault).toMatch(hint);
  });

  it('reads its own spellings as themselves, and ends no header or command', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (local, domain) => {
        const { address } = readEmailAddress(`${local}@${domain}`);
        if (address === undefined) return;
        expect(address).toMatch(/^[!-~]+$/);
        expect(address).not.toMatch(/[<>,;:"()[\]\\]/);
        expect(readEmailAddress(address).address).toBe(address);
        expect(readEmailAddress(shownAddress(address)).address).toBe(address);
      }),
    );
  });
});

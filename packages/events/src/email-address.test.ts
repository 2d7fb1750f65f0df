import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEmailAddress, readStoredAddress, shownAddress } from './email-address.ts';
import { foldAddress } from './fold-address.ts';

const label = (length: number) => 'a'.repeat(length);
/** Lower case, as addresses are stored. */
const atoms = fc.string({ unit: fc.constantFrom(..."abcxyz0189!#$%&'*+-/=?^_`{|}~"), minLength: 1, maxLength: 20 });
const localParts = fc
  .array(atoms, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'))
  .filter((local) => local.length <= 64);
const labels = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/).filter((one) => !one.startsWith('xn--'));
const domains = fc.array(labels, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

/** The local part with a dot more: at its beginning, its end, or beside a dot that it has. */
function strayDot(local: string, at: number): string {
  const dots = [...local].flatMap((char, index) => (char === '.' ? [index] : []));
  const places = [0, local.length, ...dots];
  const place = places[at % places.length] as number;
  return `${local.slice(0, place)}.${local.slice(place)}`;
}

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

  it('has no longer a domain as it is written either: what it would come to costs more to find out than an answer', () => {
    // Of which none is left in the domain as it is stored.
    const softHyphens = (count: number) => `ada@exa${'\u00ad'.repeat(count)}mple.com`;
    expect(readEmailAddress(softHyphens(242))).toEqual({ address: 'ada@example.com' });
    expect(readEmailAddress(softHyphens(243)).fault).toMatch(/at most 253/);
  });

  it.each([
    ['', /name@domain/],
    ['ada', /name@domain/],
    ['@example.com', /name@domain/],
    ['ada@', /name@domain/],
    ['a\u212a@example.com', /outside ASCII/],
    ['a@b@example.com', /one @/],
    ['a b@example.com', /before the @/i],
    ['"ada"@example.com', /before the @/i],
    ['ada<x>@example.com', /before the @/i],
    ['ada\u0000@example.com', /before the @/i],
    ['a..1@example.com', /two dots/],
    ['.ada@example.com', /two dots/],
    ['ada.@example.com', /two dots/],
    ['.@example.com', /two dots/],
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

  it.each(['a..1@example.com', '.ada@example.com', 'ada.@docomo.example'])(
    'of an account from before is read for its sign-in: %s',
    (address) => expect(readStoredAddress(address)).toEqual({ address }),
  );

  it('is every dot-atom and every domain name within the lengths, and stays as it is', () => {
    fc.assert(
      fc.property(localParts, domains, (local, domain) => {
        const address = `${local}@${domain}`;
        fc.pre(address.length <= 254);
        expect(readEmailAddress(address)).toEqual({ address });
      }),
    );
  });

  it.each<[string, fc.Arbitrary<string>]>([
    ['dots that stand between no atoms', fc.tuple(localParts, fc.nat()).map(([local, at]) => strayDot(local, at))],
    [
      'a character of no atom',
      fc
        .tuple(localParts, fc.constantFrom(...'"(),:;<>@[\\] \t\r\n\u0000\u007fé'))
        .map(([local, char]) => `a${char}${local}`),
    ],
    ['a quoted part', localParts.map((local) => `"${local}"`)],
    ['more than 64 characters', fc.integer({ min: 65, max: 300 }).map(label)],
  ])('has before its @ never %s', (_what, locals) => {
    fc.assert(
      fc.property(locals, domains, (local, domain) => {
        expect(readEmailAddress(`${local}@${domain}`).fault).toMatch(/before the @|one @/i);
      }),
    );
  });

  it.each<[string, fc.Arbitrary<string>]>([
    ['a hyphen at an end of a label', labels.chain((one) => fc.constantFrom(`-${one}`, `${one}-`, '-'))],
    ['an empty label', fc.constantFrom('', '.')],
    ['a label of more than 63 characters', fc.integer({ min: 64, max: 200 }).map(label)],
    [
      'a character of no label',
      fc.tuple(labels, fc.constantFrom(...'_!#$%&*+/=?^`{|}~ "(),:;<>[]')).map(([one, char]) => `${one}${char}${one}`),
    ],
    ['an address literal', fc.constantFrom('[192.0.2.1]', '[IPv6:2001:db8::1]', '192.0.2.1')],
  ])('has in its domain never %s', (_what, wrong) => {
    fc.assert(
      fc.property(localParts, wrong, domains, fc.boolean(), (local, part, domain, first) => {
        const whole = /^\[|^192/.test(part) ? part : first ? `${part}.${domain}` : `${domain}.${part}`;
        expect(readEmailAddress(`${local}@${whole}`).fault).toBeDefined();
      }),
    );
  });

  it('has never more than 254 characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 63 }), (local, last) => {
        const address = `${label(local)}@${label(63)}.${label(63)}.${label(63)}.${label(last)}`;
        expect(readEmailAddress(address).address === undefined).toBe(address.length > 254);
      }),
    );
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardedFor } from './forwarded.ts';
import { clientAddress } from './read-address.ts';

const ALL = 10;
const asQuoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
/** What a client may have a header hold: anything that HTTP lets through. */
const written = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]*$/);
const grammar = fc
  .array(fc.constantFrom('"', '\\', ',', ';', '=', 'for=6.6.6.6', 'for="', 'host="', ' ', 'x'))
  .map((parts) => parts.join(''));
const claim = fc.oneof(written, grammar);

describe('a Forwarded header (RFC 7239)', () => {
  it.each([
    ['for=192.0.2.7', ['192.0.2.7']],
    ['For="[2001:db8:cafe::17]:4711"', ['[2001:db8:cafe::17]:4711']],
    ['FOR="192.0.2.7:_obf.port"', ['192.0.2.7:_obf.port']],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['by=203.0.113.43; for=192.0.2.60 ;proto=http', ['192.0.2.60']],
    [';for=192.0.2.60;;', ['192.0.2.60']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    ['for=192.0.2.43,\t, ,for=198.51.100.17,', ['192.0.2.43', '198.51.100.17']],
    ['for=_hidden, for=unknown', ['_hidden', 'unknown']],
    ['proto=https', ['unknown']],
    ['', []],
    ['for=192.0.2.7;host="a, for=6.6.6.6;for=7.7.7.7"', ['192.0.2.7']],
    ['for=192.0.2.7;host="\\", for=6.6.6.6;x=\\""', ['192.0.2.7']],
    ['for=192.0.2.7;host="ends in \\\\"', ['192.0.2.7']],
    ['for="192\\.0.2.7"', ['192.0.2.7']],
    ['beforehand=6.6.6.6;for=192.0.2.7;x-for=7.7.7.7', ['192.0.2.7']],
  ])('says whom each proxy speaks for: %s', (header, clients) => expect(forwardedFor(header, ALL)).toEqual(clients));

  it.each([
    'for',
    'for=',
    '=192.0.2.7',
    'for =192.0.2.7',
    'for= 192.0.2.7',
    'for=192.0.2.7:4711',
    'for=[2001:db8::7]',
    'for=192.0.2.7 proto=https',
    'for="192.0.2.7',
    'for=192.0.2.7"',
    'for="192.0.2.7"x',
    'for="192.0.2.7\\"',
    'for=192.0.2.7;for=6.6.6.6',
    'For=192.0.2.7;proto=http;PROTO=https',
    'for=192.0.2.7;host="a"b"',
    'for="\u0001"',
  ])('ends trust where it is malformed, and reports nothing about what is left of it: %s', (malformed) => {
    expect(forwardedFor(`for=198.51.100.1, ${malformed}`, ALL)).toEqual([undefined]);
    expect(forwardedFor(`for=198.51.100.1, ${malformed}, for=192.0.2.7`, ALL).at(-1)).toBe('192.0.2.7');
    expect(clientAddress('10.0.0.1', forwardedFor(`for=6.6.6.6, ${malformed}, for=192.0.2.7`, 3), 3)).toBe('192.0.2.7');
    expect(clientAddress('10.0.0.1', forwardedFor(`for=6.6.6.6, ${malformed}`, 2), 2)).toBe('10.0.0.1');
  });

  it('cannot be bent by what a client writes before the proxy, nor by what it has the proxy quote', () => {
    const proxy = fc.constantFrom('192.0.2.7', '"192.0.2.7:4711"', '"192.0.2.7:_port"', '"[::ffff:192.0.2.7]"');
    fc.assert(
      fc.property(claim, claim, proxy, fc.boolean(), (before, host, node, hostFirst) => {
        const pairs = [`for=${node}`, `host=${asQuoted(host)}`];
        const element = (hostFirst ? pairs.reverse() : pairs).join(';');
        expect(clientAddress('10.0.0.1', forwardedFor(`${before}, ${element}`, 1), 1)).toBe('192.0.2.7');
      }),
      { numRuns: 2_000 },
    );
  });

  it('cuts nothing that is left of what the proxies wrote, and spaces in their text cost one look each', () => {
    const spaces = ' '.repeat(1_000_000);
    expect(forwardedFor(`a${spaces}b, for=192.0.2.7`, 1)).toEqual(['192.0.2.7']);
    expect(forwardedFor(`for=192.0.2.7;host="a${spaces}b"`, 1)).toEqual(['192.0.2.7']);
    expect(forwardedFor(`for=192.0.2.7;a${spaces}b`, 1)).toEqual([undefined]);
  });

  it('cannot be bent before two proxies either', () => {
    fc.assert(
      fc.property(claim, claim, claim, (before, inner, outer) => {
        const first = `host=${asQuoted(inner)};for=192.0.2.7`;
        const second = `for="[2001:db8::1]";host=${asQuoted(outer)}`;
        expect(forwardedFor(`${before},${first}, ${second}`, 2)).toEqual(['192.0.2.7', '[2001:db8::1]']);
      }),
      { numRuns: 1_000 },
    );
  });
});

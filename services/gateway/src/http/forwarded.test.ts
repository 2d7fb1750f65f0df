import { describe, expect, it } from 'vitest';
import { forwardedFor } from './forwarded.ts';

describe('a Forwarded header (RFC 7239)', () => {
  it.each([
    ['for=192.0.2.7', ['192.0.2.7']],
    ['For="[2001:db8:cafe::17]:4711"', ['[2001:db8:cafe::17]:4711']],
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['by=203.0.113.43; for=192.0.2.60 ;proto=http', ['192.0.2.60']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    ['for=_hidden, for=unknown', ['_hidden', 'unknown']],
    ['proto=https', ['unknown']],
    ['', []],
  ])('says whom each proxy speaks for: %s', (header, clients) => expect(forwardedFor(header)).toEqual(clients));

  it.each(['for="6.6.6.6', 'for', '";', 'x="\\"', ';;', '='.repeat(8_000)])(
    'cannot be broken by a client for what the proxy writes behind it: %s',
    (claim) => expect(forwardedFor(`${claim}, for=192.0.2.7`).at(-1)).toBe('192.0.2.7'),
  );
});

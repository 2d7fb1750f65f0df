import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RootKey } from '../root-key.ts';
import { adasPrincipal, testConfig } from '../testing/fixtures.ts';
import { RefreshTokens } from './refresh-tokens.ts';

const tokens = new RefreshTokens(testConfig());
const source = { sessionId: adasPrincipal.sessionId, seed: Buffer.alloc(32, 5), generation: 3 };

describe('RefreshTokens', () => {
  it('derives the same token again, which is what forgives an honest race', () => {
    expect(tokens.mint(source)).toBe(tokens.mint(source));
  });

  it('reads back what it has made', () => {
    const read = tokens.read(tokens.mint(source));
    expect(read).toMatchObject({ sessionId: source.sessionId, generation: 3 });
    expect(read && tokens.isGenuine(read, source.seed)).toBe(true);
  });

  it('accepts no token of which anything differs', () => {
    const read = tokens.read(tokens.mint(source));
    if (!read) return expect.unreachable();
    expect(tokens.isGenuine({ ...read, generation: 4 }, source.seed)).toBe(false);
    expect(tokens.isGenuine(read, Buffer.alloc(32, 6))).toBe(false);
    const otherRoot = new RootKey();
    otherRoot.set(Buffer.alloc(32, 1));
    const other = new RefreshTokens({ root: otherRoot });
    expect(other.isGenuine(read, source.seed)).toBe(false);
  });

  it('treats no other text as a token', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => tokens.read(text) === undefined));
    expect(tokens.read(`${tokens.mint(source)}=`)).toBeUndefined();
  });
});

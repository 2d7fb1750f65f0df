import { describe, expect, it } from 'vitest';
import { RootKey } from './root-key.ts';

describe('the root key', () => {
  it('gives a key for each purpose, always the same', () => {
    const root = new RootKey();
    root.set(Buffer.alloc(32, 1));
    expect(root.derive('a')).toHaveLength(32);
    expect(root.derive('a')).toEqual(root.derive('a'));
    expect(root.derive('a').equals(root.derive('b'))).toBe(false);
  });

  it('gives none before it was read: a key of nothing could be guessed', () => {
    expect(() => new RootKey().derive('a')).toThrow('has not been read');
  });
});
